import { exampleOf } from '@aiops/contract/example'
import { Anomaly } from '@aiops/contract/model/anomaly'
import { Incident } from '@aiops/contract/model/incident'
import { expect, it } from 'vitest'
import { holdingIncidents } from './holding-incidents.ts'

const incident = (number: number, more: Partial<Incident>): Incident => ({
  ...(exampleOf(Incident) as Incident),
  ...{ id: `i${number}`, number, alert_count: 0, anomaly_count: 1, affected_entities: ['service/cart'] },
  ...more,
})
const anomaly = (name: string): Anomaly => {
  const example = exampleOf(Anomaly) as Anomaly
  return { ...example, series: { ...example.series, name } }
}
const recordsOf = (incidents: Incident[], members: Record<string, Anomaly[]>) =>
  ({
    incidents: { list: async () => ({ incidents, total: incidents.length }) },
    anomalies: {
      list: async (_: string, { incidentId }: { incidentId: string }) => ({
        anomalies: members[incidentId] ?? [],
        total: 0,
      }),
    },
  }) as never
const held = async (incidents: Incident[], members: Record<string, Anomaly[]>) =>
  Object.fromEntries(await holdingIncidents(recordsOf(incidents, members), 'default'))

const price = anomaly('swen_service_cost')
const latency = anomaly('swen_service_latency')

it('an incident of a service holds its changes up, unless it is about prices alone', async () => {
  expect(await held([incident(1, {})], { i1: [latency] })).toEqual({ cart: [{ id: 'i1', name: 'INC-1' }] })
  expect(await held([incident(2, { anomaly_count: 2 })], { i2: [price, price] })).toEqual({})
  expect(await held([incident(3, { anomaly_count: 2 })], { i3: [price, latency] })).toHaveProperty('cart')
})

it('an alert among the prices holds, and so does an incident whose members are not known', async () => {
  expect(await held([incident(4, { alert_count: 1 })], { i4: [price] })).toHaveProperty('cart')
  expect(await held([incident(5, { anomaly_count: 101 })], { i5: [price] })).toHaveProperty('cart')
  expect(await held([incident(6, {})], {})).toHaveProperty('cart')
})

it('incidents of other entities hold nothing up', async () => {
  expect(await held([incident(7, { affected_entities: ['host/web-1'] })], { i7: [latency] })).toEqual({})
})
