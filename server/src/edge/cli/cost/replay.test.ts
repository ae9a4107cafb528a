import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, expect, test, vi } from 'vitest'
import { replayCommand } from './replay.ts'
import { simulateCommand } from './simulate.ts'
import { ProviderSimulator } from './simulator.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-cost-'))
afterEach(() => vi.restoreAllMocks())

async function run(...argv: string[]): Promise<string> {
  let printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  const program = new Command('aiops').exitOverride().configureOutput({ writeErr: () => {} })
  simulateCommand(program)
  replayCommand(program)
  await program.parseAsync(argv, { from: 'user' })
  return printed
}

test('a sample is a file of the described form that says whose rates these are', async () => {
  const path = join(folder, 'latest.json')
  await run('simulate', '--sample', '--seed', '4', '--services', '2', '--output', path)
  const written = JSON.parse(readFileSync(path, 'utf8'))
  expect(Object.keys(written)).toEqual(['service1', 'service2'])
  expect(Object.keys(written.service1).sort()).toEqual(['alibaba', 'aws', 'current_provider'])
  expect(written.service1.aws).toMatchObject({ source: 'simulator seed 4' })
})

test('a recorded day is decided again without a platform, beside the other courses', async () => {
  const simulator = new ProviderSimulator({
    seed: 11,
    services: 1,
    providers: ['aws', 'alibaba'],
    stepMs: 60_000,
    startMs: 1_800_000_000_000,
  })
  const lines = Array.from({ length: 600 }, () => {
    simulator.step()
    return JSON.stringify(simulator.document())
  })
  const path = join(folder, 'day.jsonl')
  writeFileSync(path, lines.join('\n'))
  const answer = JSON.parse(
    await run('replay', '--input', path, '--set', 'migration.flat_usd=0.25', '--json'),
  )
  const names = answer.courses.map(({ name }: { name: string }) => name)
  expect(names).toEqual(['this configuration', 'never move', 'always cheapest', 'origin score', 'hindsight'])
  expect(answer.samples).toBe(1_200)
  expect(answer.coverage).toBe(1)
  const table = await run('replay', '--input', path, '--weights', 'cost=1')
  expect(table).toContain('never move')
})

test('weights and shocks that are none are refused as wrong usage', async () => {
  await expect(run('replay', '--weights', 'cost=2')).rejects.toThrow('Write them as')
  await expect(run('simulate', '--shock', 'aws:FIRE:1:5m')).rejects.toThrow('Write it as')
})
