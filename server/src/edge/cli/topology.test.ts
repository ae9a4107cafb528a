import { expect, it } from 'vitest'
import { runAgainst } from '../../../../test/cli/run-against.ts'

const at = '2026-01-02T03:04:05.000Z'
const asOf = (known: string) => ({
  at,
  known,
  sentence: known === 'RECORDED' ? null : `How things were at ${at} is not kept.`,
})
const none = { entities: [], edges: [] }
const totals = { added_entities: 0, added_edges: 0, removed_entities: 0, removed_edges: 0, changed: 0 }
const diffSince = async (from: string, to = 'RECORDED') => {
  const answer = { from: asOf(from), to: asOf(to), added: none, removed: none, changed: [], totals }
  return (await runAgainst(answer, 'topology', 'diff', '--from', at)).stdout
}

it('says that nothing changed only where both times are known', async () => {
  expect(await diffSince('RECORDED')).toBe('Nothing changed.\n')
  expect(await diffSince('NOT_KEPT')).toBe(
    'How things were at 2026-01-02T03:04:05Z is not kept.\nWhat changed since then cannot be said.\n',
  )
  expect(await diffSince('RECORDED', 'NOT_KEPT')).toContain('What changed until then cannot be said.')
})
