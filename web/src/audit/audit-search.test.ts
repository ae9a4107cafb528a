import { expect, it } from 'vitest'
import { auditQuery, exportPath, readAuditSearch } from './audit-search.ts'

it('keeps of an address what the page can show, and asks for that', () => {
  const search = readAuditSearch({ actor: 'anna', outcome: 'DENIED', since: '24h', page: '3', text: '' })
  expect(search).toEqual({ actor: 'anna', outcome: 'DENIED', since: '24h' })
  expect(auditQuery(search)).toEqual({ actor: 'anna', outcome: 'DENIED', duration: '24h' })
  expect(exportPath(search)).toBe('/api/v1/audit/export?actor=anna&outcome=DENIED&duration=24h')
})

it('takes what does not fit as absent', () => {
  expect(readAuditSearch({ outcome: 'MAYBE', since: '3 weeks', actor: ['', 'x'] })).toEqual({})
  expect(exportPath({})).toBe('/api/v1/audit/export')
})
