# tlsrpt-bot in a container: small, without root. `docker compose up -d` uses it; see docs/operations.md.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/tlsrpt-bot
COPY requirements.txt ./
RUN /opt/tlsrpt-bot/bin/pip install --no-cache-dir --no-compile --disable-pip-version-check \
    --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY commands commands
COPY ingest ingest
COPY storage storage
RUN /opt/tlsrpt-bot/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/tlsrpt-bot/bin/pip uninstall --yes setuptools pip

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home tlsrpt
COPY --from=build /opt/tlsrpt-bot /opt/tlsrpt-bot
ENV PATH=/opt/tlsrpt-bot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    TLSRPT_DATABASE_URL=sqlite:////data/tlsrpt.db \
    TLSRPT_SMTP_LISTEN=0.0.0.0:2525 \
    TLSRPT_HTTP_LISTEN=0.0.0.0:8080
USER tlsrpt
WORKDIR /data
VOLUME /data
EXPOSE 2525 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=20s --timeout=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["tlsrpt-bot"]
CMD ["run", "--no-console"]
