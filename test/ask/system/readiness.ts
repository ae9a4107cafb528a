import { setTimeout } from 'node:timers/promises'
import type { Client } from '@aiops/contract/client'

/** Rules of which something must have been found, within harbour-east. */
export const rulesAwaited = [
  ...['pod-oom-killed', 'pod-image-pull', 'pod-device-insufficient', 'node-pressure'],
] as const

/** Waits until everything on the page is found by the platform itself. Throws, naming what is missing, when it takes too long. */
export async function awaitSystem(client: Client, withinMs: number): Promise<void> {
  const untilMs = performance.now() + withinMs
  for (;;) {
    const missing = await missingOf(client)
    if (missing.length === 0) return
    if (performance.now() > untilMs) throw new Error(`not found in time: ${missing.join(', ')}`)
    await setTimeout(250)
  }
}

async function missingOf(client: Client): Promise<string[]> {
  const [clusters, findings, gpus, clocks, alerts, incidents] = await Promise.all([
    client.listClusters({}),
    client.listFindings({ query: { page_size: 100 } }),
    client.listGpuNodes({}),
    client.listPtpStatus({}),
    client.listAlerts({ query: { state: 'FIRING', limit: 1_000 } }),
    client.listIncidents({}),
  ])
  const missing: string[] = []
  const want = (is: boolean, what: string): void => void (is || missing.push(what))
  const stateOf = (name: string) => clusters.items.find((one) => one.name === name)?.status.state
  want(stateOf('harbour-east') === 'ONLINE', 'harbour-east online')
  want(stateOf('harbour-west') === 'DEGRADED', 'harbour-west degraded')
  want(stateOf('quay-07') === 'OFFLINE', 'quay-07 offline')
  want(stateOf('dock-lab') === 'ONLINE', 'dock-lab online')
  for (const rule of rulesAwaited)
    want(
      findings.items.some((one) => one.rule === rule),
      `finding ${rule}`,
    )
  want(
    findings.items.some(({ area }) => area === 'GPU'),
    'a finding of GPUs',
  )
  want(
    findings.items.some(({ area }) => area === 'CNF'),
    'a finding of clocks',
  )
  want(gpus.nodes.length > 0, 'GPUs')
  want(clocks.statuses.length > 0, 'PTP clocks')
  const own = alerts.alerts.filter(({ source, incident_id }) => source === 'analyzer' && incident_id)
  want(alerts.alerts.length - own.length >= 6, 'six alerts of people')
  want(own.length >= findings.items.length, 'an alert of each finding, in an incident')
  // The one of people's alerts: what is measured from now on may have begun another.
  const ofBilling = incidents.incidents.find(
    ({ affected_entities, alert_count }) => affected_entities.includes('service/billing') && alert_count >= 3,
  )
  want(ofBilling !== undefined, 'the incident of billing')
  if (ofBilling) {
    const diagnosis = await client.diagnoseIncident({ params: { id: ofBilling.id } }).catch(() => undefined)
    want(diagnosis?.causes[0]?.entity === 'service/billing', 'its cause')
    const proposed = await client.listRemediations({ query: { incident_id: ofBilling.id } })
    want(proposed.items.length > 0, 'what is proposed for it')
  }
  return missing
}
