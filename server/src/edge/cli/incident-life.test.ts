import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { api } from '@aiops/contract/api/index'
import { exampleOf } from '@aiops/contract/example'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type CliDeps, runCli } from './index.ts'

const incident = exampleOf(api.assignIncident.response) as Record<string, unknown>

/** Runs a command against a server that answers with one incident; what it printed, and what was asked. */
async function run(...argv: string[]) {
  const asked: { path: string; body: unknown }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      asked.push({ path: `${request.method} ${request.url}`, body: JSON.parse(body || 'null') })
      response.end(JSON.stringify({ ...incident, number: 12, assigned_to: 'anna', confirmed_cause: null }))
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
  const code = await runCli(['incident', ...argv, '--url', url], { version: '1' } as CliDeps)
  for (const spy of spies) spy.mockRestore()
  return { code, asked, ...printed }
}

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

it('asks for nothing where the words are wrong', async () => {
  for (const argv of [
    ['severity', '12', 'dreadful'],
    ['cause', '12', 'x', '--entity', 'payments'],
    ['split', '12'],
  ]) {
    const { code, asked } = await run(...argv)
    expect([code, asked]).toEqual([2, []])
  }
})
