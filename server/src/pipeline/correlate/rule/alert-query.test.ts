import type { Alert } from '@aiops/contract/model/alert'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { alertAt } from '../core/example.suite.ts'
import { alertQuery } from './alert-query.ts'

const store = await openSqliteRecordStore(':memory:')
afterAll(() => store.close())

const labelSets = [
  { region: 'eu', team: 'web' },
  { region: 'us', 'service.name': 'cart' },
  { region: 'EU', note: '"region":"eu"' },
  { team: '', service_name: 'x%y_z', 'a b': 'é*[?]' },
]
const alerts: Alert[] = Array.from({ length: 48 }, (_, i) => ({
  ...alertAt(i % 3 ? `service/cart${i % 5}` : `pod/cart-${i}`, {
    ...{ name: `Disk${i % 4}`, fingerprint: `f${i}`, severity: i % 2 ? 'HIGH' : 'LOW' },
    ...{ annotations: i % 2 ? { runbook: 'https://x/"region":"eu"' } : {}, message: '"region":"eu"' },
  }),
  labels: { alertname: `Disk${i % 4}`, ...labelSets[i % 4] } as Record<string, string>,
}))
for (const alert of alerts) if (alert.entity?.startsWith('pod/cart-1')) delete alert.entity
await store.alerts.upsertAll(alerts)

async function answered(cel: string): Promise<{ exact: boolean; found: string[]; expected: string[] }> {
  const { where, exact, test } = alertQuery(cel)
  const page = { sort: '-received_at', limit: 200, offset: 0, facets: false } as const
  const found = await store.alertSearch.search('default', { where: where ?? undefined }, page)
  const kept = exact ? found.alerts : found.alerts.filter(test)
  const ids = (some: readonly Alert[]) => some.map(({ id }) => id).sort()
  return { exact, found: ids(kept), expected: ids(alerts.filter(test)) }
}

it('finds by SQL exactly what the condition holds for, absence included', async () => {
  for (const cel of [
    'labels.region == "eu"',
    'labels.region != "eu"',
    '!(labels.region == "eu")',
    'labels.region == "eu" || labels.team == ""',
    '!has(labels.region) && name == "Disk3"',
    '"team" in labels',
    'labels["a b"] == "é*[?]"',
    'labels.get("region") == ""',
    'severity in ["HIGH", "CRITICAL"] && labels["service.name"] == "cart"',
    'name.startsWith("Disk") && !name.endsWith("1")',
    'annotations.runbook.contains("region")',
    'labels.service_name.contains("%y_")',
    'entity == "" || service == "cart2"',
    'service == "cart" || kind == "ANOMALY"',
    'labels.region in []',
  ]) {
    const { exact, found, expected } = await answered(cel)
    expect([cel, exact, found]).toEqual([cel, true, expected])
  }
})

it('leaves to the test what SQL cannot tell, and loses nothing by what it does ask', async () => {
  for (const cel of [
    'name.matches("^Disk[12]$") && severity == "HIGH"',
    'labels.alertname == "Disk2"',
    'size(labels) > 2',
  ]) {
    const { exact, found, expected } = await answered(cel)
    expect([cel, exact, found]).toEqual([cel, false, expected])
    expect(expected.length).toBeGreaterThan(0)
  }
})

const field = fc.constantFrom(
  'name',
  'severity',
  'source',
  'entity',
  'service',
  'labels.region',
  'labels.team',
  'annotations.runbook',
  'labels["a b"]',
)
const text = fc.constantFrom('', 'eu', 'EU', 'Disk1', 'HIGH', 'web', 'cart', 'service/cart2', 'é*[?]')
const leaf = fc.oneof(
  fc
    .tuple(field, fc.constantFrom('==', '!='), text)
    .map(([of, op, value]) => `${of} ${op} ${JSON.stringify(value)}`),
  fc
    .tuple(field, fc.constantFrom('startsWith', 'endsWith', 'contains'), text)
    .map(([of, name, value]) => `${of}.${name}(${JSON.stringify(value)})`),
  fc
    .tuple(field, fc.array(text, { maxLength: 3 }))
    .map(([of, values]) => `${of} in ${JSON.stringify(values)}`),
  fc.constantFrom('has(labels.region)', '"note" in labels', 'true', 'name.matches("1$")'),
)
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.tuple(tie('tree'), fc.constantFrom('&&', '||'), tie('tree')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('tree').map((of) => `!(${of})`),
  ),
}))

it('answers any mixture of conditions as the condition itself does', () =>
  fc.assert(
    fc.asyncProperty(tree, async (cel) => {
      const { found, expected } = await answered(cel)
      expect(found).toEqual(expected)
    }),
    { numRuns: 150 },
  ))
