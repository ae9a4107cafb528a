import { expect, it } from 'vitest'
import { runAgainst } from '../../../../test/cli/run-against.ts'

const lesson = {
  id: 'l1',
  a: { rule: 'DiskFull', place: 'host' },
  b: { rule: 'SlowQueries', place: '' },
  relation: 'ADJACENT',
  joined: 2,
  parted: 0,
  log_odds: Math.log(5),
  by: ['bert', 'anna'],
  created_at: '2026-10-12T22:00:00Z',
  updated_at: '2026-10-13T22:00:00Z',
}
const pageOf = (...items: unknown[]) => ({
  ...{ items, total: items.length, page: 1, page_size: 200 },
  ...{ total_pages: 1, has_next: false, has_prev: false },
})

it.each([['lessons'], ['lessons', 'list']])(
  'aiops correlation %s %s says what was learned',
  async (...argv) => {
    const { code, asked, stdout } = await runAgainst(
      pageOf(lesson, { ...lesson, id: 'l2', log_odds: -Math.log(3) }),
      ...['correlation', ...argv.filter((word) => word !== undefined)],
    )
    expect([code, asked.map(({ path }) => path)]).toEqual([
      0,
      ['GET /api/v1/correlation/lessons?page=1&page_size=200'],
    ])
    const [, first, second] = stdout.split('\n')
    expect(first).toMatch(
      /^l1 +5× likelier +DiskFull on a host and SlowQueries +next to each other +2\.0 +0\.0 +anna +2026-10-13$/,
    )
    expect(second).toContain('3× less likely')
  },
)

it('says what it learns from while it has learned nothing', async () => {
  const { code, stdout } = await runAgainst(pageOf(), 'correlation', 'lessons')
  expect([code, stdout]).toEqual([0, expect.stringContaining('when somebody merges')])
})

it('forgets lessons by their ids', async () => {
  const { code, asked, stdout } = await runAgainst(null, 'correlation', 'lessons', 'forget', 'l1', 'l2')
  expect([code, stdout]).toEqual([0, 'l1 forgotten\nl2 forgotten\n'])
  expect(asked.map(({ path }) => path)).toEqual([
    'DELETE /api/v1/correlation/lessons/l1',
    'DELETE /api/v1/correlation/lessons/l2',
  ])
})
