import { api } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import { expect, it } from 'vitest'
import { runAgainst } from '../../../../test/cli/run-against.ts'

const url = 'https://tickets.example/7'
const incident = {
  ...(exampleOf(api.getIncident.response) as Record<string, unknown>),
  number: 12,
  links: [{ id: 'l1', url, title: 'OPS-7', by: 'anna', at: '2026-10-12T22:00:00Z' }],
}

it('lists the links of an incident', async () => {
  const { code, asked, stdout } = await runAgainst(incident, 'incident', 'links', 'INC-12')
  expect([code, asked.map(({ path }) => path)]).toEqual([0, ['GET /api/v1/incidents/12']])
  expect(stdout.split('\n')[1]).toMatch(
    /^l1 +2026-10-12T22:00:00Z +anna +OPS-7 +https:\/\/tickets\.example\/7$/,
  )
  const json = await runAgainst(incident, 'incident', 'links', '12', '--json')
  expect(JSON.parse(json.stdout)).toEqual(incident.links)
})

it('says how to add the first', async () => {
  const { stdout } = await runAgainst({ ...incident, links: [] }, 'incident', 'links', '12')
  expect(stdout).toContain('aiops incident links add 12')
})

it('removes a link by its id, or by its address', async () => {
  const byId = await runAgainst(incident, 'incident', 'links', 'remove', '12', 'l1')
  expect(byId.asked.map(({ path }) => path)).toEqual(['DELETE /api/v1/incidents/12/links/l1'])
  const byUrl = await runAgainst(incident, 'incident', 'links', 'remove', 'INC-12', url)
  expect(byUrl.asked.at(-1)?.path).toBe('DELETE /api/v1/incidents/12/links/l1')
  const unknown = await runAgainst(incident, 'incident', 'links', 'remove', '12', 'https://x.example')
  expect([unknown.code, unknown.stderr]).toEqual([1, 'aiops: INC-12 has no link to https://x.example.\n'])
})

it.each(['OPS-7', 'ftp://x.example/7'])('refuses %j as a link before anything is asked', async (link) => {
  const { code, asked, stderr } = await runAgainst(incident, 'incident', 'links', 'add', '12', link)
  expect([code, asked, stderr]).toEqual([
    2,
    [],
    'aiops: Write the address as https://tickets.example/OPS-7.\n',
  ])
})
