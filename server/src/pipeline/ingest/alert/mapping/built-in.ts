import { assert } from '../../../../kernel/assert.ts'
import { type Mapping, parseMapping } from './mapping-document.ts'

/** Fields of a rule that stand in more than one: what of them is not in a body is left out. */
const cloudWatchAlarm = `    name: { path: AlarmName }
    severity: { path: NewStateValue, map: { ALARM: error, INSUFFICIENT_DATA: info, OK: info } }
    status: { path: NewStateValue, map: { ALARM: FIRING, INSUFFICIENT_DATA: FIRING, OK: RESOLVED } }
    message: { path: [NewStateReason, AlarmDescription] }
    fingerprint: { path: [AlarmArn, AlarmName] }
    ends_at: { path: [StateChangeTime, $.Timestamp] }
    labels_from: [{ path: Trigger.Dimensions, name: name, value: value }]
    labels:
      cloud.account.id: { path: AWSAccountId }
      cloud.region: { path: Region }
      metric: { path: Trigger.MetricName }
      metric_namespace: { path: Trigger.Namespace }
    annotations:
      description: { path: AlarmDescription }
      old_state: { path: OldStateValue }
      topic: { path: $.TopicArn }`
const opsgenieAlert = `    name: { path: message }
    severity: { path: priority, map: { P1: critical, P2: high, P3: medium, P4: low, P5: info } }
    status: { path: $.action, map: { Create: FIRING, Close: RESOLVED, Delete: RESOLVED } }
    message: { path: [description, message] }
    fingerprint: { path: [alias, alertId] }
    ends_at: { path: updatedAt }
    labels_from: [tags, details]
    labels: { entity: { path: entity }, source: { path: source } }`
const genericAlert = `    name: { path: [name, alertname, alert_name, labels.alertname, title] }
    severity: { path: [severity, priority, level, labels.severity] }
    status: *status
    message: { path: [message, summary, description, text, annotations.summary] }
    fingerprint: { path: [fingerprint, dedup_key, alias] }
    starts_at: { path: [starts_at, startsAt, started_at] }
    ends_at: { path: [ends_at, endsAt, ended_at] }
    generator_url: { path: [generator_url, generatorURL, url, link] }
    labels_from: [labels, tags]
    annotations_from: [annotations]`

/** Written as people write theirs, and read by the same code. A table, so longer than a file should be. */
const documents = [
  // https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
  `
id: grafana
description: Grafana Alerting, contact point "Webhook".
rules:
  - alerts: alerts
    name: { path: labels.alertname, default: Grafana alert }
    severity: { path: labels.severity }
    status: { path: status }
    message: { path: [annotations.summary, annotations.description, valueString] }
    starts_at: { path: startsAt }
    ends_at: { path: endsAt }
    generator_url: { path: generatorURL }
    labels_from: [labels]
    annotations_from: [annotations]
    annotations:
      value_string: { path: valueString }
      dashboard_url: { path: dashboardURL }
      panel_url: { path: panelURL }
`,
  // https://docs.datadoghq.com/integrations/webhooks/ ; the payload is the one that the guide gives for pasting.
  `
id: datadog
description: Datadog webhook with the payload of the guide.
rules:
  - name: { path: [alert_title, event_title, title] }
    severity:
      path: [alert_priority, alert_type]
      map: { P1: critical, P2: high, P3: medium, P4: low, P5: info, success: info }
    status:
      path: alert_transition
      map: { Triggered: FIRING, Re-Triggered: FIRING, No Data: FIRING, Re-No Data: FIRING, Warn: FIRING, Re-Warn: FIRING, Renotify: FIRING, 'null': FIRING, Recovered: RESOLVED }
      default: FIRING
    message: { path: [alert_status, event_msg, body] }
    fingerprint: { path: [alert_cycle_key, aggreg_key, alert_id, id] }
    ends_at: { path: [date, last_updated] }
    generator_url: { path: link }
    labels_from: [tags, alert_scope]
    labels:
      host.name: { path: hostname }
      alert_id: { path: [alert_id, id] }
      metric: { path: alert_metric }
    annotations:
      query: { path: alert_query }
      text: { path: [event_msg, body] }
`,
  // https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
  `
id: cloudwatch
description: CloudWatch alarms through SNS. The subscription is shown as an alert with its address, and confirmed by a person.
json_in: [Message]
rules:
  - when: [{ path: Type, equals: [SubscriptionConfirmation, UnsubscribeConfirmation] }]
    name: SNS{{Type}}
    severity: info
    message: 'Open {{SubscribeURL}} to confirm {{Type}} of {{TopicArn}}, if it was you who asked for it.'
    fingerprint: '{{Type}} {{TopicArn}}'
    expires_after: 3d
    generator_url: { path: SubscribeURL }
    labels: { topic: { path: TopicArn } }
  - when: [{ path: Message.AlarmName }]
    alerts: Message
${cloudWatchAlarm}
  - when: [{ path: AlarmName }]
${cloudWatchAlarm}
  - when: [{ path: Type, equals: Notification }]
    name: { path: Subject, default: SNS notification }
    severity: info
    message: { path: Message }
    fingerprint: { path: MessageId }
    expires_after: 1h
    labels: { topic: { path: TopicArn } }
`,
  // https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
  `
id: azure-monitor
description: Azure Monitor action group, webhook with the common alert schema.
rules:
  - when: [{ path: schemaId, equals: azureMonitorCommonAlertSchema }]
    alerts: data
    name: { path: essentials.alertRule }
    severity:
      path: essentials.severity
      map: { Sev0: critical, Sev1: error, Sev2: warning, Sev3: info, Sev4: info }
    status: { path: essentials.monitorCondition, map: { Fired: FIRING, Resolved: RESOLVED } }
    message: { path: [essentials.description, essentials.alertRule] }
    fingerprint: { path: [essentials.alertId, essentials.originAlertId] }
    starts_at: { path: essentials.firedDateTime }
    ends_at: { path: essentials.resolvedDateTime }
    generator_url: { path: essentials.investigationLink }
    labels_from:
      - { path: 'alertContext.condition.allOf[0].dimensions', name: name, value: value }
    labels:
      host.name: { path: 'essentials.configurationItems[0]' }
      azure_resource: { path: 'essentials.alertTargetIDs[0]' }
      signal_type: { path: essentials.signalType }
      monitoring_service: { path: essentials.monitoringService }
      metric: { path: 'alertContext.condition.allOf[0].metricName' }
    annotations:
      value: { path: 'alertContext.condition.allOf[0].metricValue' }
      threshold: { path: 'alertContext.condition.allOf[0].threshold' }
`,
  // https://cloud.google.com/monitoring/support/notification-options, "Structure" of webhooks, versions 1.2 and test.
  `
id: google-cloud-monitoring
description: Google Cloud Monitoring, notification channel "Webhooks".
rules:
  - when: [{ path: incident.incident_id }]
    alerts: incident
    name: { path: [policy_name, condition_name] }
    severity:
      path: severity
      map: { Critical: critical, Error: error, Warning: warning, No severity: warning }
    status: { path: state, map: { open: FIRING, closed: RESOLVED } }
    message: { path: [summary, documentation.content] }
    fingerprint: { path: incident_id }
    starts_at: { path: started_at }
    ends_at: { path: ended_at }
    generator_url: { path: url }
    labels_from: [resource.labels, metric.labels, policy_user_labels, metadata.user_labels]
    labels:
      cloud.account.id: { path: [scoping_project_id, project_id] }
      resource_type: { path: [resource.type, resource_type_display_name] }
      metric: { path: metric.type }
    annotations:
      condition: { path: condition_name }
      resource: { path: [resource_display_name, resource_name] }
      observed_value: { path: observed_value }
      threshold_value: { path: threshold_value }
      documentation: { path: documentation.content }
`,
  // https://docs.opsgenie.com/docs/alert-api (create) and https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/
  `
id: opsgenie
description: The body of Opsgenie's create-alert request, or its outgoing webhook.
rules:
  - when: [{ path: action, equals: [Create, Close, Delete] }, { path: alert.alertId }]
    alerts: alert
${opsgenieAlert}
  - when: [{ path: action }, { path: alert.alertId }]
    skip: true
  - when: [{ path: message }]
${opsgenieAlert}
`,
  `
id: generic
description: What most monitors can be made to send; one alert, a list, or a list under "alerts".
cloud_event_types: [alert, alert.*, '*.alert', '*.alert.*']
rules:
  - when: [{ path: specversion }, { path: data }]
    alerts: data
    name: { path: [name, alertname, alert_name, title, $.subject, $.type] }
    severity: { path: [severity, priority, level, labels.severity] }
    status: &status
      path: [status, state]
      map: { firing: FIRING, alerting: FIRING, alert: FIRING, alarm: FIRING, open: FIRING, opened: FIRING, triggered: FIRING, trigger: FIRING, problem: FIRING, active: FIRING, critical: FIRING, warning: FIRING, down: FIRING, '0': RESOLVED, '1': FIRING, resolved: RESOLVED, resolve: RESOLVED, ok: RESOLVED, closed: RESOLVED, recovered: RESOLVED, recovery: RESOLVED, normal: RESOLVED, inactive: RESOLVED, up: RESOLVED }
      default: FIRING
    message: { path: [message, summary, description, text] }
    fingerprint: { path: [fingerprint, dedup_key, alias] }
    starts_at: { path: [starts_at, startsAt, started_at, $.time] }
    ends_at: { path: [ends_at, endsAt, ended_at, $.time] }
    generator_url: { path: [generator_url, generatorURL, url, link] }
    labels_from: [labels, tags]
    labels: { event_source: { path: $.source } }
    annotations_from: [annotations]
  - when: [{ path: alerts }]
    alerts: alerts
${genericAlert}
  - when: []
${genericAlert}
`,
]

/** Each by its place, read when it is first asked for: no start waits for them. */
const read: (Mapping | undefined)[] = []

function mappingAt(place: number): Mapping {
  const known = read[place]
  if (known) return known
  const parsed = parseMapping(documents[place]!)
  assert(
    'mapping' in parsed,
    `a mapping of ours cannot be read: ${'problems' in parsed ? parsed.problems[0] : ''}`,
  )
  read[place] = parsed.mapping
  return parsed.mapping
}

export const builtInMappings = (): readonly Mapping[] => documents.map((_, place) => mappingAt(place))

/** The one with this id; the others are not read for it. */
export function builtInMapping(id: string): Mapping | undefined {
  const place = documents.findIndex((text) => /^id: (.+)$/m.exec(text)?.[1] === id)
  return place < 0 ? undefined : mappingAt(place)
}
