# The app alone. Everything it needs is pinned with its hash in requirements.lock.
#
#   docker build -t interviewer .
#   docker run -p 127.0.0.1:7860:7860 -v interviews:/data \
#     -e INTERVIEWER_ALLOW_HOST=localhost -e INTERVIEWER_PASSWORD=... interviewer
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app
COPY requirements.lock ./
RUN python -m venv .venv && .venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock

COPY LICENSE README.md app.py pyproject.toml ./
COPY interviewer interviewer
COPY knowledge knowledge
COPY prompts prompts
RUN .venv/bin/python -m pip install --quiet --no-deps .

# Whoever breaks out of the app is nobody; what is said is kept in the volume and only there.
RUN useradd --system --uid 10001 --create-home interviewer && install -d -o interviewer -m 700 /data
USER interviewer
ENV INTERVIEWER_HOME=/data
VOLUME /data

EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD [".venv/bin/python", "-c", \
  "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', 7860, timeout=4); c.request('GET', '/health', headers={'Host': os.environ['INTERVIEWER_ALLOW_HOST'].split()[0]}); raise SystemExit(c.getresponse().status != 200)"]

# Open to others than this container, so it starts only with a host name (INTERVIEWER_ALLOW_HOST)
# and a password (INTERVIEWER_PASSWORD); without them it says so and stops.
CMD [".venv/bin/interviewer", "serve", "--host", "0.0.0.0", "--port", "7860"]
