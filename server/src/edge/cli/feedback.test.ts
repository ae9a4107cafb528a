import { api } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import { expect, it } from 'vitest'
import { runAgainst } from '../../../../test/cli/run-against.ts'

const label = exampleOf(api.labelAnomaly.response) as Record<string, unknown>

it('sends what an anomaly was, and says when it waits for a review', async () => {
  const held = { ...label, id: 'f1', verdict: 'NOISE', state: 'QUARANTINED', reasons: ['BULK'] }
  const found = await runAgainst(
    held,
    'feedback',
    'anomaly',
    'a1',
    'noise',
    '--because',
    'the batch does that',
  )
  expect(found.asked).toEqual([
    {
      path: 'POST /api/v1/anomalies/a1/feedback',
      body: { verdict: 'NOISE', explanation: 'the batch does that' },
    },
  ])
  expect(found.code).toBe(0)
  expect(found.stdout).toContain('f1 NOISE QUARANTINED')
  expect(found.stdout).toContain('BULK')
})

it('sends what an incident was, and the right cause', async () => {
  const found = await runAgainst(
    label,
    'feedback',
    'incident',
    '12',
    'cause-wrong',
    '--cause',
    'service/payments',
  )
  expect(found.asked[0]?.body).toEqual({
    ...{ verdict: 'CAUSE_WRONG', explanation: '', cause: 'service/payments' },
  })
})

it('refuses a word that is no verdict, and a cause for an anomaly, without asking', async () => {
  for (const word of ['nonsense', 'cause-right']) {
    const found = await runAgainst(label, 'feedback', 'anomaly', 'a1', word)
    expect(found).toMatchObject({ code: 2, asked: [] })
  }
})

it('shows what is in force, and the versions of it', async () => {
  const corrections = exampleOf(api.listCorrections.response) as { corrections: object[] }
  const found = await runAgainst(corrections, 'feedback', 'corrections')
  expect(found.code).toBe(0)
  expect(found.stdout).toMatch(/FACTOR .*WHAT/)
  const none = await runAgainst({ ...corrections, corrections: [] }, 'feedback', 'corrections')
  expect(none.stdout).toContain('as shipped')
  const versions = await runAgainst(exampleOf(api.listModelVersions.response), 'feedback', 'versions')
  expect(versions.asked[0]?.path).toBe('GET /api/v1/detection/models/corrections/versions')
  expect(versions.stdout).toMatch(/VERSION .*WHY/)
})

it('shows what labels have done in a sentence and a table', async () => {
  const effect = exampleOf(api.getFeedbackEffect.response) as { cross_validated: object }
  const found = await runAgainst({ ...effect, sentence: 'Without labels 40 %.' }, 'feedback', 'effect')
  expect(found.stdout).toContain('Without labels 40 %.')
  expect(found.stdout).toContain('PRECISION')
})
