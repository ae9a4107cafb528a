/**
 * Alerts that correlation rules judge in a second of CPU: `node bench/correlation-rules.ts [--alerts 40000]`. Rules that need a constant
 * lie in an index; those that name none are tried on every alert. `memory` rows put each alert through the desk too, with inhibition.
 */
import { parseArgs } from 'node:util'
import type { Alert } from '@aiops/contract/model/alert'
import { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import { signalOfAlert } from '../server/src/pipeline/correlate/core/signal.ts'
import { RuleDesk } from '../server/src/pipeline/correlate/rule/rule-desk.ts'
import { type ActiveRule, RuleSet } from '../server/src/pipeline/correlate/rule/rule-set.ts'
import { viewOfAlert } from '../server/src/pipeline/correlate/rule/signal-view.ts'
import { cpuSeconds, machine } from './machine.ts'

const { values } = parseArgs({ options: { alerts: { type: 'string', default: '40000' } } })
const count = Number(values.alerts)
const at = '2026-01-01T00:00:00.000Z'
const alerts = Array.from({ length: count }, (_, n): Alert => {
  const labels = {
    ...{ alertname: `Alert${n % 400}`, namespace: `ns-${n % 60}`, service: `svc-${n % 300}` },
    ...{ pod: `svc-${n % 300}-${n}`, cluster: `c${n % 5}`, team: `team-${n % 20}`, job: `job-${n % 40}` },
  }
  return {
    ...{ id: `${n}`, tenant_id: 'default', fingerprint: `${n}`, source: 'bench', name: labels.alertname },
    ...{ severity: n % 7 === 0 ? 'HIGH' : 'MEDIUM', status: 'FIRING', message: '', labels, annotations: {} },
    ...{ entity: `service/${labels.service}`, starts_at: at, ends_at: null, received_at: at },
    incident_id: null,
  }
})

const conditions: Record<string, (n: number) => string> = {
  equality: (n) => `labels.namespace == "ns-${n}" && labels.alertname == "Alert${n * 2}"`,
  list: (n) => `labels.get("service") in ["svc-${n}", "svc-${n + 1}"] && severity != "CRITICAL"`,
  inequality: (n) =>
    `labels.team != "team-${n % 20}" && labels.job.startsWith("job-${n % 40}") && name.contains("9")`,
  pattern: (n) => `labels.get("pod").fits("svc-${n}-.*1")`,
  'pattern, few values': (n) => `labels.get("job").matches("job-${n % 40}$") && !has(labels.x${n})`,
}
const actions = ['SUPPRESS', 'GROUP', 'ROUTE', 'INHIBIT'] as const

function rulesOf(size: number, condition: (n: number) => string): ActiveRule[] {
  return Array.from({ length: size }, (_, n) => {
    const action = actions[n % actions.length] ?? 'SUPPRESS'
    const input = {
      ...{ name: `${n}`, when: condition(n), action, order: n, route: action === 'ROUTE' ? 'x' : '' },
      source_when: action === 'INHIBIT' ? `labels.alertname == "Alert${n}"` : '',
      by: action === 'INHIBIT' || action === 'GROUP' ? ['cluster'] : [],
    }
    return { ...CorrelationRuleInput.parse(input), id: `${n}` }
  })
}

const rows: Record<string, unknown>[] = []
for (const size of [0, 200])
  for (const [name, condition] of Object.entries(conditions)) {
    if (size === 0 && name !== 'equality') continue
    const set = new RuleSet(rulesOf(size, condition))
    const views = alerts.map(viewOfAlert)
    const began = cpuSeconds()
    let met = 0
    for (const view of views) met += set.judge(view).hits.length
    const judged = cpuSeconds() - began
    const desk = new RuleDesk(count)
    desk.use(set)
    const signals = alerts.map(signalOfAlert)
    const again = cpuSeconds()
    for (const [n, signal] of signals.entries()) desk.see(signal, viewOfAlert(alerts[n] as Alert))
    rows.push({
      ...{ rules: size, conditions: size === 0 ? '–' : name, met },
      alerts_per_cpu_second: Math.round(count / judged),
      with_desk_per_cpu_second: Math.round(count / (cpuSeconds() - again)),
    })
  }
console.log(JSON.stringify({ machine: machine(), alerts: count, rows }, null, 2))
