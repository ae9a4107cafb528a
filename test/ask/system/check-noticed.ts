import type { Client } from '@aiops/contract/client'
import type { FactBook } from './fact-book.ts'
import { minuteMs } from './service-fact.ts'
import { peopleAlerts } from './told.ts'

/** Alerts, incidents, causes, silences, changes and the runbook. */
export async function noticedFacts(client: Client, factsAt: number, book: FactBook): Promise<void> {
  await alertFacts(client, factsAt, book)
  await incidentFacts(client, book)
  const start = new Date(factsAt - 121 * minuteMs).toISOString()
  const { items } = await client.listChanges({ query: { start, page_size: 100 } })
  const minutesAgo = (at: string): number => Math.round((factsAt - Date.parse(at)) / minuteMs)
  book.is(
    'the changes, in minutes ago',
    items.map(({ at, entities, actor }) => [minutesAgo(at), entities[0], actor]),
    [
      [27, 'service/billing', 'release-bot'],
      [33, 'service/search', 'local'],
      [70, 'service/profile', 'local'],
      [95, 'service/orders', 'dana'],
    ],
  )
  const { runbooks, problems } = await client.listRunbooks({})
  book.is(
    'the runbooks',
    [runbooks.map(({ id, name }) => [id, name]), problems],
    [[['restart-pool', 'Reset the connection pool']], []],
  )
}

async function alertFacts(client: Client, factsAt: number, book: FactBook): Promise<void> {
  const { alerts } = await client.listAlerts({ query: { state: 'FIRING', limit: 1_000 } })
  const sent = alerts.filter(({ source }) => source === 'alertmanager')
  book.is('alerts that people send and that fire', sent.length, 6)
  for (const { labels, sinceMinutes } of peopleAlerts) {
    const one = sent.find((alert) =>
      Object.entries(labels).every(([name, value]) => alert.labels[name] === value),
    )
    const about = labels.service ?? labels.node ?? labels.host
    book.number(
      `minutes since ${labels.alertname} of ${about}`,
      one && (factsAt - Date.parse(one.starts_at)) / minuteMs,
      sinceMinutes,
    )
  }
  const { silences } = await client.listSilences({ query: { state: ['ACTIVE'] } })
  book.is(
    'the silences',
    silences.map((one) => [one.created_by, one.comment]),
    [['dana', 'renewal is booked for Monday']],
  )
  const covered = sent.find(({ name }) => name === 'CertificateExpiresSoon')
  book.holds(
    'the silence covers CertificateExpiresSoon',
    covered?.incident_id === null || covered?.incident_id === undefined,
    covered,
  )
}

async function incidentFacts(client: Client, book: FactBook): Promise<void> {
  const { alerts } = await client.listAlerts({ query: { state: 'FIRING', limit: 1_000 } })
  const sent = alerts.filter(({ source, incident_id }) => source === 'alertmanager' && incident_id)
  const groups = Map.groupBy(sent, ({ incident_id }) => incident_id ?? '')
  book.is(
    'alerts of people by incident',
    [...groups.values()].map((group) => group.map(({ entity }) => entity).sort()).sort(),
    [['node/worker-3'], ['service/billing', 'service/gateway', 'service/orders']],
  )
  const id = sent.find(({ entity }) => entity === 'service/billing')?.incident_id ?? ''
  const diagnosis = await client.diagnoseIncident({ params: { id } })
  const [first] = diagnosis.causes
  book.is('the first cause of the incident of billing', first?.entity, 'service/billing')
  book.holds('it is by far the likeliest', (first?.probability ?? 0) > 0.7, first?.probability)
  const { items } = await client.listRemediations({ query: { incident_id: id } })
  book.is(
    'what is proposed for it',
    items.map(({ runbook_id, status }) => [runbook_id, status]),
    [['restart-pool', 'PENDING_APPROVAL']],
  )
  const disk = sent.find(({ entity }) => entity === 'node/worker-3')?.incident_id ?? ''
  const ofDisk = await client.diagnoseIncident({ params: { id: disk } })
  book.is('the first cause of the incident of the disk', ofDisk.causes[0]?.entity, 'node/worker-3')
  const { items: anomalies } = await client.listAnomalies({})
  book.is('anomalies, of which the page knows none', anomalies.length, 0)
}
