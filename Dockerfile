# Built in one image, run in another that holds a Java runtime and target/dist, as a user without rights.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q -DskipTests package

FROM eclipse-temurin:25-jre
RUN useradd --system --uid 10001 --home-dir /var/lib/veche --create-home veche
COPY --from=build --chown=root:root /src/target/dist /opt/veche
USER veche
ENV VECHE_HOST=0.0.0.0 \
    VECHE_PORT=8080 \
    VECHE_INSPECT_PORT=8089 \
    VECHE_DATA=/var/lib/veche
VOLUME /var/lib/veche
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=6 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${VECHE_INSPECT_PORT} && printf 'GET /ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/opt/veche/bin/veche"]
CMD ["serve"]
