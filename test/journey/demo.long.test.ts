import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))

type Line = { event: string; sentence: string; [field: string]: unknown }

function demo(...flags: string[]): Promise<{ code: number | null; lines: Line[] }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [aiops, 'demo', '--json', ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: Line[] = []
    createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line))
    child.on('exit', (code) => resolve({ code, lines }))
  })
}

const one = (lines: readonly Line[], event: string): Line | undefined =>
  lines.find((line) => line.event === event)

describe('aiops demo', () => {
  it('finds a real fault, names its service first, repairs it with the approved runbook and sees the recovery', {
    timeout: 360_000,
  }, async () => {
    const { code, lines } = await demo('--fault', 'errors@payments', '--approve')
    const end = one(lines, 'end')
    expect(end).toMatchObject({ found: true, first: 'payments', correct: true })
    expect(lines.findLast((line) => line.event === 'runbook')).toMatchObject({ status: 'COMPLETED' })
    expect(end?.status).toBe('RESOLVED')
    expect(code).toBe(0)
  })

  it('undoes a runbook that does harm, and escalates, under other names', { timeout: 360_000 }, async () => {
    const { code, lines } = await demo('--fault', 'latency@payments', '--sabotage', '--seed', '11')
    expect(one(lines, 'end')).toMatchObject({ found: true, correct: true })
    expect(lines.findLast((line) => line.event === 'runbook')).toMatchObject({ status: 'ROLLED_BACK' })
    expect(one(lines, 'escalated')).toBeDefined()
    expect(code).toBe(0)
  })
})
