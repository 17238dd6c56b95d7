"""Which messages are in English."""

from __future__ import annotations

import pytest

from interviewer.text.message import is_english, is_foreign, read_languages
from interviewer.text.sentences import STOP_WORDS

OTHER = {
    "german": "Ich würde zuerst die Anforderungen klären und dann ein einfaches Modell bauen.",
    "german_plain": "Das Modell wird jeden Tag neu trainiert, weil sich die Nutzer ändern.",
    "german_short": "Ich weiß es nicht.",
    "german_question": "Wie viele Nutzer haben wir?",
    "french": "Je commencerais par un modèle simple avant de passer à deux tours.",
    "french_plain": "Les données viennent des journaux et nous gardons les valeurs du moment.",
    "french_short": "Je ne sais pas.",
    "spanish": "Usaría un modelo de dos torres porque los videos no dependen del usuario.",
    "spanish_plain": "Primero hay que definir la meta del negocio y después los datos",
    "spanish_question": "¿Cuántos usuarios tenemos?",
    "portuguese": "Eu usaria uma divisão por tempo porque os dados mudam.",
    "italian": "Userei un modello semplice, perché gli utenti nuovi non hanno storia.",
    "dutch": "Ik zou eerst een eenvoudig model bouwen en daarna een tweede.",
    "swedish": "Jag skulle börja med en enkel modell eftersom användaren inte har historik.",
    "polish": "Najpierw zbudowałbym prosty model, ponieważ dane są opóźnione.",
    "czech": "Nejprve bych postavil jednoduchý model, protože data jsou zpožděná.",
    "hungarian": "Először egy egyszerű modellt építenék, mert kevés az adat.",
    "turkish": "Önce basit bir model kurar, sonra iki kuleli bir model denerim.",
    "turkish_plain": "Kullanıcının geçmişi yoksa popüler videoları gösteririm.",
    "turkish_short": "Bilmiyorum, daha önce hiç yapmadım.",
    "vietnamese": "Tôi sẽ bắt đầu với một mô hình đơn giản vì dữ liệu còn ít.",
    "indonesian": "Saya akan mulai dengan model sederhana karena data pengguna tidak banyak.",
    "hindi": "पहले डेटा इकट्ठा करेंगे और फिर मॉडल ट्रेन करेंगे",
    "hindi_in_latin": "Mujhe lagta hai ki pehle simple model banana chahiye aur phir badlenge.",
    "chinese": "我会先建一个简单的模型，然后再做两阶段排序。",
    "chinese_short": "我不知道",
    "chinese_with_terms": "我会用 two-tower 模型，然后用 ANN 检索。",
    "japanese": "まず単純なモデルから始めます。",
    "korean": "먼저 간단한 모델을 만들겠습니다.",
    "russian": "Сначала я бы построил простую модель.",
    "arabic": "أولاً سأبني نموذجاً بسيطاً",
    "greek": "Αρχικά θα έφτιαχνα ένα απλό μοντέλο.",
}
ENGLISH = {
    "empty": "",
    "yes": "ok",
    "short": "two towers",
    "number": "150 ms",
    "emoji": "\U0001f600",
    "keywords": "Two towers, ANN, HNSW, PQ, sampled softmax, log-q correction, MMoE, NDCG, AUC",
    "plain_keywords": "data labels features model serving monitoring",
    "per_per_per": "per user per day per device, data drift per country",
    "arithmetic": "300M users, 12 requests/day => 42k QPS avg, 104k peak, 500M x 128 B = 64 GB",
    "code": "def rank(user, items): return sorted(items, key=lambda i: -score(user, i))",
    "sql": "SELECT user_id, count(*) FROM plays GROUP BY user_id",
    "table": "| stage | ms |\n|---|---|\n| retrieval | 40 |\n| ranking | 60 |",
    "arrows": "Kafka -> Flink -> feature store -> Triton -> Redis",
    "metrics": "precision@k recall@k ndcg@k mrr map auc logloss ece",
    "not_native": "I think is better to use the time watched, because clicks is easy to fake.",
    "not_native_2": "First we are collect the data, after we train model with him.",
    "places": "We'd serve São Paulo, Zürich and Kraków from different regions.",
    "loan_words": "naïve Bayes baseline, résumé of the café session",
    "latin": "The de facto standard et cetera, per se, is a DLRM; MIT licence, die size.",
    "foreign_names": "In Germany (Bundesdatenschutzgesetz) and France the rules differ by country.",
    "one_foreign_word": "Our Zeitgeist feature tracks what is trending und popular.",
    "greek_letters": "The loss is α·BCE + β·MSE with λ for the norm, and σ at the end.",
    "no_function_words": "retrieval stage returns hundreds candidates, ranker scores candidates",
}


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_other_languages(text: str) -> None:
    assert not is_english(text)


@pytest.mark.parametrize("text", ENGLISH.values(), ids=ENGLISH)
def test_english_and_what_has_no_language(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize("code", read_languages())
def test_function_words_of_other_languages_are_mostly_not_ours(code: str) -> None:
    known = read_languages()[code]
    assert len(known) >= 15
    assert len(known & STOP_WORDS) <= 0.1 * len(known)


@pytest.mark.parametrize("words", [10, 40, 300])
def test_an_english_answer_stays_english_at_any_length(words: int) -> None:
    text = "I would log the features as they were, because joining them later leaks the future. "
    assert is_english(" ".join((text * words).split()[:words]))


LONG_ENGLISH = (
    "I would split the data by time and keep the last week for testing, because a random split "
    "lets the model see tomorrow."
)
LONG_GERMAN = (
    "Ich würde die Daten nach der Zeit teilen und die letzte Woche für den Test behalten, weil das "
    "Modell sonst die Zukunft schon kennt und die Messung nichts wert ist."
)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (f"{LONG_GERMAN} {LONG_ENGLISH}", True),
        (f"{LONG_ENGLISH} {LONG_GERMAN} {LONG_GERMAN}", True),
        (f"{LONG_GERMAN} I would split by time.", False),
        (f"{LONG_GERMAN} Ja. Genau so. Gut.", False),
    ],
    ids=["german_first", "mostly_german", "a_few_words_of_english", "short_german"],
)
def test_an_english_answer_within_another_language_is_judged(text: str, english: bool) -> None:
    assert is_english(text) is english


SQL = "```sql\nSELECT user_id, count(*) FROM views WHERE at > now() AND is_seen GROUP BY 1\n```"
TABLE = "| what | how much |\n|---|---|\n| users per day | 300 million |"


@pytest.mark.parametrize("pasted", [SQL, TABLE], ids=["code", "table"])
def test_what_is_pasted_does_not_decide_about_the_language(pasted: str) -> None:
    assert not is_english(f"Die Anfrage wäre etwa so, und danach zähle ich die Nutzer:\n{pasted}")
    assert not is_english(f"{pasted}\nEsto es para los usuarios, pero sin los datos de hoy.")
    assert is_english(f"The join would look like this:\n{pasted}")
    assert is_english(pasted)


@pytest.mark.parametrize(
    ("sentence", "foreign"),
    [
        ("Also ich würde zuerst die Daten nach der Zeit teilen.", True),
        ("Bueno, primero separo los datos por tiempo y luego entreno.", True),
        ("D'abord je ferais une liste simple pour les nouveaux.", True),
        ("So I would first split the data by time.", False),
        ("Zeitgeist, one feature among many, und so weiter.", False),
        ("Also gut.", False),
        ("PSI, KS, p99, null rates, age of the index.", False),
    ],
)
def test_a_sentence_shows_its_language_when_it_is_long_enough(sentence: str, foreign: bool) -> None:
    assert is_foreign(sentence) is foreign
