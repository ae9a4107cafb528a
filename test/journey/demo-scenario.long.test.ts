import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { engineProgram, findEngine, integration } from '../integration/real-server.ts'

const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))
/** Shorter than shipped, so that a run takes a minute; nothing that decides. */
const short = [
  'placement.emergency.review_after=15s',
  'gitops.verify_window=6s',
  'collector.otlp_grpc.port=0',
]

type Line = { event: string; sentence: string; [field: string]: unknown }

function scenario(
  name: string,
  settings: readonly string[],
  ...flags: string[]
): Promise<{ code: number | null; lines: Line[] }> {
  const sets = [...short, ...settings].flatMap((setting) => ['--set', setting])
  const argv = [aiops, 'demo', '--scenario', name, '--json', '--baseline', '25', ...sets, ...flags]
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: Line[] = []
    createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line))
    child.on('close', (code) => resolve({ code, lines }))
  })
}

const all = (lines: readonly Line[], event: string): Line[] => lines.filter((line) => line.event === event)
const one = (lines: readonly Line[], event: string): Line | undefined => all(lines, event)[0]
const states = (lines: readonly Line[]): unknown[] => all(lines, 'step').map(({ state }) => state)

integration(`aiops demo --scenario with ${engineProgram}`, [engineProgram], () => {
  it('sees a latency spike from two sources, moves the service by exactly the plan that was judged, keeps it and reviews it', {
    timeout: 300_000,
  }, async () => {
    const { code, lines } = await scenario('latency-spike', [`gitops.engine.path=${findEngine()}`])
    expect(one(lines, 'end')).toMatchObject({
      ...{ ok: true, service: 'storefront', from: 'aws', to: 'alibaba', emergency: true, problems: [] },
      merge_request: expect.stringContaining('/merge-requests/infra/1'),
    })
    expect(one(lines, 'incident')).toBeDefined()
    const planned = one(lines, 'plan')?.sha256
    expect(planned).toMatch(/^[0-9a-f]{64}$/)
    expect(all(lines, 'approval')).toMatchObject([{ by: 'policy', via: 'POLICY', plan_sha256: planned }])
    expect(all(lines, 'step').map(({ message }) => message)).toContain(`Applies plan ${planned}.`)
    expect(states(lines)).toEqual(
      expect.arrayContaining(['REQUESTED', 'PLANNED', 'APPROVED', 'MERGED', 'APPLYING', 'VERIFYING', 'KEPT']),
    )
    expect(one(lines, 'review')).toMatchObject({ right: true })
    expect(one(lines, 'stayed')).toMatchObject({ service: 'orders' })
    expect(code).toBe(0)
  })
})

it('without an engine no plan is run, a person approves, and the pipeline says where the service runs', {
  timeout: 300_000,
}, async () => {
  const { code, lines } = await scenario('provider-outage', ['gitops.engine.path=none'], '--approve')
  expect(one(lines, 'end')).toMatchObject({ ok: true, from: 'aws', to: 'alibaba', problems: [] })
  expect(one(lines, 'plan')).toMatchObject({ sha256: null })
  expect(one(lines, 'policy')).toMatchObject({ outcome: 'REQUIRE_APPROVAL', approvals_needed: 1 })
  expect(one(lines, 'policy')?.spoke).toContain('no-plan')
  expect(all(lines, 'approval').map(({ via }) => via)).toEqual(['API'])
  expect(one(lines, 'pipeline')).toMatchObject({ status: 200 })
  expect(states(lines)).not.toContain('APPLYING')
  expect(one(lines, 'recovered')).toMatchObject({ placement: { provider: 'alibaba', source: 'DEPLOYMENT' } })
  expect(code).toBe(0)
})
