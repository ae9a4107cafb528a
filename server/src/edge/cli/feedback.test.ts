import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { api } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type CliDeps, runCli } from './index.ts'

/** Runs a command against a server that answers with one value; what it printed, and what was asked. */
async function run(answer: unknown, ...argv: string[]) {
  const asked: { path: string; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      asked.push({ path: `${request.method} ${request.url}`, body })
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((part) => {
      printed[stream] += String(part)
      return true
    }),
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const code = await runCli([...argv, '--url', url], { version: '1' } as CliDeps)
  for (const spy of spies) spy.mockRestore()
  return { code, asked, ...printed }
}

const label = exampleOf(api.labelAnomaly.response) as Record<string, unknown>

it('sends what an anomaly was, and says when it waits for a review', async () => {
  const held = { ...label, id: 'f1', verdict: 'NOISE', state: 'QUARANTINED', reasons: ['BULK'] }
  const found = await run(held, 'feedback', 'anomaly', 'a1', 'noise', '--because', 'the batch does that')
  expect(found.asked).toEqual([
    {
      path: 'POST /api/v1/anomalies/a1/feedback',
      body: JSON.stringify({ verdict: 'NOISE', explanation: 'the batch does that' }),
    },
  ])
  expect(found.code).toBe(0)
  expect(found.stdout).toContain('f1 NOISE QUARANTINED')
  expect(found.stdout).toContain('BULK')
})

it('sends what an incident was, and the right cause', async () => {
  const found = await run(label, 'feedback', 'incident', '12', 'cause-wrong', '--cause', 'service/payments')
  expect(JSON.parse(found.asked[0]?.body ?? '')).toEqual({
    ...{ verdict: 'CAUSE_WRONG', explanation: '', cause: 'service/payments' },
  })
})

it('refuses a word that is no verdict, and a cause for an anomaly, without asking', async () => {
  for (const word of ['nonsense', 'cause-right']) {
    const found = await run(label, 'feedback', 'anomaly', 'a1', word)
    expect(found).toMatchObject({ code: 2, asked: [] })
  }
})

it('shows what is in force, and the versions of it', async () => {
  const corrections = exampleOf(api.listCorrections.response) as { corrections: object[] }
  const found = await run(corrections, 'feedback', 'corrections')
  expect(found.code).toBe(0)
  expect(found.stdout).toMatch(/FACTOR .*WHAT/)
  const none = await run({ ...corrections, corrections: [] }, 'feedback', 'corrections')
  expect(none.stdout).toContain('as shipped')
  const versions = await run(exampleOf(api.listModelVersions.response), 'feedback', 'versions')
  expect(versions.asked[0]?.path).toBe('GET /api/v1/detection/models/corrections/versions')
  expect(versions.stdout).toMatch(/VERSION .*WHY/)
})

it('shows what labels have done in a sentence and a table', async () => {
  const effect = exampleOf(api.getFeedbackEffect.response) as { cross_validated: object }
  const found = await run({ ...effect, sentence: 'Without labels 40 %.' }, 'feedback', 'effect')
  expect(found.stdout).toContain('Without labels 40 %.')
  expect(found.stdout).toContain('PRECISION')
})
