{{- define "beaconhouse.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "beaconhouse.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .app }}
{{- end }}

{{- define "beaconhouse.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "beaconhouse.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default (printf "%s-cluster" $.Chart.AppVersion) }}{{ end }}
{{- end }}
{{- end }}

{{- define "beaconhouse.secretName" -}}
{{ .Values.secrets.existingSecret | default (include "beaconhouse.name" .) }}
{{- end }}

{{- define "beaconhouse.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "beaconhouse.name" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{/* A variable from the secret: dict "root" $ "key" NAME */}}
{{- define "beaconhouse.fromSecret" -}}
- name: {{ .key }}
  valueFrom:
    secretKeyRef: { name: {{ include "beaconhouse.secretName" .root }}, key: {{ .key }} }
{{- end }}

{{/* The same where the secret may lack it. */}}
{{- define "beaconhouse.fromSecretOrNot" -}}
- name: {{ .key }}
  valueFrom:
    secretKeyRef: { name: {{ include "beaconhouse.secretName" .root }}, key: {{ .key }}, optional: true }
{{- end }}

{{/* By the name of the variable, who can be told and with what: each is optional. */}}
{{- define "beaconhouse.alertingSecrets" -}}
SLACK_BOT_TOKEN: slackBotToken
SLACK_SIGNING_SECRET: slackSigningSecret
SLACK_WEBHOOK_URL: slackWebhookUrl
PAGERDUTY_ROUTING_KEY: pagerdutyRoutingKey
SMTP_URL: smtpUrl
BEACONHOUSE_HEARTBEAT_URL: heartbeatUrl
BEACONHOUSE_LINK_SECRET: linkSecret
DATADOG_API_KEY: datadogApiKey
{{- end }}

{{/* What an app is told: no app gets a password of a service it does not speak to. */}}
{{- define "beaconhouse.env" -}}
{{- $values := .root.Values -}}
- { name: BEACONHOUSE_MODE, value: cluster }
- { name: BEACONHOUSE_HOST, value: 0.0.0.0 }
- { name: BEACONHOUSE_PORT, value: '8080' }
- { name: BEACONHOUSE_CONFIG, value: /etc/beaconhouse/beaconhouse.yml }
- { name: BEACONHOUSE_LOG_LEVEL, value: {{ $values.logLevel }} }
- name: KAFKA_BROKERS
  value: {{ required "kafka.brokers is missing: a list of host:port" (join "," $values.kafka.brokers) | quote }}
- { name: KAFKA_TOPIC_PREFIX, value: {{ $values.kafka.topicPrefix | quote }} }
- { name: KAFKA_PARTITIONS, value: {{ $values.kafka.partitions | quote }} }
- { name: KAFKA_REPLICATION, value: {{ $values.kafka.replication | quote }} }
- { name: KAFKA_COMPRESSION, value: {{ $values.kafka.compression }} }
- { name: KAFKA_TLS, value: {{ $values.kafka.tls.enabled | quote }} }
{{- if $values.kafka.tls.caSecret.name }}
- { name: KAFKA_TLS_CA_FILE, value: /etc/beaconhouse-ca/kafka/ca.crt }
{{- end }}
{{- if $values.kafka.saslMechanism }}
- { name: KAFKA_SASL_MECHANISM, value: {{ $values.kafka.saslMechanism }} }
{{ include "beaconhouse.fromSecret" (dict "root" .root "key" "KAFKA_USERNAME") }}
{{ include "beaconhouse.fromSecret" (dict "root" .root "key" "KAFKA_PASSWORD") }}
{{- end }}
{{- if eq .app "gateway" }}
{{ include "beaconhouse.fromSecret" (dict "root" .root "key" "BEACONHOUSE_IDENTITY_SECRET") }}
{{- end }}
{{- if has .app (list "loader" "worker" "alerter" "api") }}
- name: CLICKHOUSE_URL
  value: {{ required "clickhouse.url is missing: http://host:8123" $values.clickhouse.url | quote }}
- { name: CLICKHOUSE_USER, value: {{ $values.clickhouse.user | quote }} }
{{- if $values.clickhouse.cluster }}
- { name: CLICKHOUSE_CLUSTER, value: {{ $values.clickhouse.cluster | quote }} }
{{- end }}
{{- if $values.clickhouse.tls.caSecret.name }}
- { name: CLICKHOUSE_TLS_CA_FILE, value: /etc/beaconhouse-ca/clickhouse/ca.crt }
{{- end }}
{{ include "beaconhouse.fromSecret" (dict "root" .root "key" "CLICKHOUSE_PASSWORD") }}
{{- end }}
{{- if has .app (list "worker" "alerter" "api") }}
{{ include "beaconhouse.fromSecret" (dict "root" .root "key" "REDIS_URL") }}
{{- if $values.redis.tls.caSecret.name }}
- { name: REDIS_TLS_CA_FILE, value: /etc/beaconhouse-ca/redis/ca.crt }
{{- end }}
{{- end }}
{{- if eq .app "worker" }}
{{- if $values.alerting.datadogUrl }}
- { name: BEACONHOUSE_DATADOG_URL, value: {{ $values.alerting.datadogUrl | quote }} }
{{- end }}
{{ include "beaconhouse.fromSecretOrNot" (dict "root" .root "key" "DATADOG_API_KEY") }}
{{- end }}
{{- if has .app (list "alerter" "api") }}
{{- range $variable, $value := dict "BEACONHOUSE_URL" $values.alerting.houseUrl "SLACK_CHANNEL" $values.alerting.slackChannel "BEACONHOUSE_PAGERDUTY_URL" $values.alerting.pagerdutyUrl "BEACONHOUSE_DATADOG_URL" $values.alerting.datadogUrl }}
{{- if $value }}
- { name: {{ $variable }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}
{{- range $variable, $_ := include "beaconhouse.alertingSecrets" . | fromYaml }}
{{ include "beaconhouse.fromSecretOrNot" (dict "root" $.root "key" $variable) }}
{{- end }}
{{- end }}
{{- if eq .app "api" }}
{{ include "beaconhouse.fromSecretOrNot" (dict "root" .root "key" "BEACONHOUSE_OPERATE_TOKEN") }}
{{- end }}
{{- with $values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
