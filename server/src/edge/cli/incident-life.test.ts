import { api } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import { expect, it } from 'vitest'
import { runAgainst } from '../../../../test/cli/run-against.ts'

const example = exampleOf(api.assignIncident.response) as Record<string, unknown>
const incident = { ...example, number: 12, assigned_to: 'anna', confirmed_cause: null }
const run = (...argv: string[]) => runAgainst(incident, 'incident', ...argv)

it.each([
  [['assign', 'INC-12', 'anna'], 'assign', { assignee: 'anna' }],
  [['assign', '12'], 'assign', { assignee: null }],
  [
    ['severity', '12', 'critical', '--comment', 'all of it'],
    'severity',
    { severity: 'CRITICAL', comment: 'all of it' },
  ],
  [['severity', '12', 'auto'], 'severity', { severity: null }],
  [['merge', '12', 'INC-7'], 'merge', { into: '7' }],
  [
    ['split', '12', 'a', 'b', '--comment', 'two faults'],
    'split',
    { members: ['a', 'b'], comment: 'two faults' },
  ],
  [
    ['cause', '12', 'a full pool', '--entity', 'service/payments'],
    'cause',
    { entity: 'service/payments', sentence: 'a full pool' },
  ],
  [['cause', '12'], 'cause', { entity: null, sentence: null }],
  [['ack', 'INC-12'], 'status', { status: 'ACKNOWLEDGED' }],
  [['investigate', '12'], 'status', { status: 'INVESTIGATING' }],
  [['resolve', '12', '--comment', 'restarted'], 'status', { status: 'RESOLVED', comment: 'restarted' }],
  [['reopen', '12'], 'status', { status: 'OPEN' }],
  [['close', '12'], 'status', { status: 'CLOSED' }],
  [['undo', '12', 'a', '--comment', 'not it'], 'members/a/remove', { reason: 'not it' }],
  [['move', '12', 'INC-7', 'a'], 'members/a/move', { into: '7' }],
  [
    ['links', 'add', '12', 'https://tickets.example/7', '--title', 'OPS-7'],
    'links',
    { url: 'https://tickets.example/7', title: 'OPS-7' },
  ],
] as const)('aiops incident %j asks for it and says what came of it', async (argv, path, body) => {
  const found = await run(...argv)
  expect([found.code, found.stderr]).toEqual([0, ''])
  expect(found.asked).toEqual([{ path: `POST /api/v1/incidents/12/${path}`, body }])
  expect(found.stdout).toContain('INC-12')
  expect(found.stdout).toContain('anna has it')
})

it('prints JSON where it is asked to', async () => {
  expect(JSON.parse((await run('assign', '12', 'anna', '--json')).stdout)).toMatchObject({ number: 12 })
})

it('asks for nothing where the words are wrong, and says which would do', async () => {
  for (const [argv, sentence] of [
    [['severity', '12', 'dreadful'], 'aiops: It is critical, high, medium, low, info, or auto.'],
    [['cause', '12', 'x', '--entity', 'payments'], 'Write it as service/payments.'],
    [['split', '12'], "missing required argument 'member'"],
  ] as const) {
    const { code, asked, stderr } = await run(...argv)
    expect([code, asked]).toEqual([2, []])
    expect(stderr).toContain(sentence)
  }
})

it('does the same to several, one after the other, and answers with all as JSON', async () => {
  const { asked, stdout } = await run('resolve', '12', 'INC-13')
  expect(asked.map(({ path }) => path)).toEqual([
    'POST /api/v1/incidents/12/status',
    'POST /api/v1/incidents/13/status',
  ])
  expect(stdout.trimEnd().split('\n')).toHaveLength(2)
  expect(JSON.parse((await run('undo', '12', 'a', 'b', '--json')).stdout)).toHaveLength(2)
})

it('adds a comment', async () => {
  const event = { at: '2026-10-12T22:00:00Z', type: 'COMMENT_ADDED', actor: 'anna', sentence: 'on the line' }
  const { asked, stdout } = await runAgainst(event, 'incident', 'comment', 'INC-12', 'on the line')
  expect(asked).toEqual([{ path: 'POST /api/v1/incidents/12/comments', body: { comment: 'on the line' } }])
  expect(stdout).toBe('2026-10-12T22:00:00Z anna: on the line\n')
})
