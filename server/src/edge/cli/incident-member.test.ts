import { api } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import type { IncidentMember } from '@aiops/contract/model/incident'
import { expect, it } from 'vitest'
import { runAgainst } from '../../../../test/cli/run-against.ts'

const page = exampleOf(api.listIncidentMembers.response) as { items: IncidentMember[] }

it('lists members with their ids and why they belong', async () => {
  const alert = {
    ...page.items[0]?.alert,
    name: 'DiskFull',
    severity: 'HIGH',
    status: 'FIRING',
    entity: 'host/db-1',
  }
  const member = { kind: 'ALERT', id: 'a1', reason: 'opened it', alert, anomaly: null }
  const answer = { ...page, items: [member], total: 3 }
  const { code, asked, stdout } = await runAgainst(
    answer,
    ...['incident', 'members', 'INC-12', '--kind', 'alert', '--search', 'disk', '--limit', '1'],
  )
  expect(code).toBe(0)
  expect(asked[0]?.path).toBe('GET /api/v1/incidents/12/members?page_size=1&kind=ALERT&text=disk')
  expect(stdout.split('\n')[1]).toMatch(/^a1 +ALERT +HIGH +FIRING +DiskFull of db-1 +opened it$/)
  expect(stdout).toContain('2 more')
})

it('says so where no member fits', async () => {
  const { code, stdout } = await runAgainst({ ...page, items: [], total: 0 }, 'incident', 'members', '12')
  expect([code, stdout]).toEqual([0, 'No member fits.\n'])
})

it.each(['0', '201', '1.5', '', 'many'])('refuses --limit %j before anything is asked', async (limit) => {
  const { code, asked, stderr } = await runAgainst(page, 'incident', 'members', '12', '--limit', limit)
  expect([code, asked]).toEqual([2, []])
  expect(stderr).toContain('It is a whole number from 1 to 200.')
})
