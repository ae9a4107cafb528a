import { expect, it } from 'vitest'
import { incidentQuery, pageSize, readIncidentSearch } from './incident-search.ts'

it('reads filters from the address and drops what is unknown or usual', () => {
  expect(
    readIncidentSearch({
      status: ['CLOSED', 'OPEN', 'NOPE'],
      severity: 'HIGH',
      text: 'pay',
      sort: '-created_at',
      page: '1',
    }),
  ).toEqual({ status: ['OPEN', 'CLOSED'], severity: ['HIGH'], text: 'pay' })
  expect(readIncidentSearch({ page: '-3', sort: 'id; drop table' })).toEqual({})
})

it('asks for the right page and not for an entity that cannot be one', () => {
  expect(incidentQuery({ page: 3, entity: 'service/' })).toEqual({
    status: [],
    severity: [],
    sort: '-created_at',
    limit: pageSize,
    offset: 2 * pageSize,
  })
  expect(incidentQuery({ entity: 'service/payments' })).toMatchObject({
    entity: 'service/payments',
    offset: 0,
  })
  expect(incidentQuery({ entity: 'payments' })).toMatchObject({ entity: 'service/payments' })
  expect(incidentQuery(readIncidentSearch({ mine: 'true' }))).toMatchObject({ me: 'true' })
})
