import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Command } from 'commander'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { forecastOf } from '../../service/forecast/index.ts'
import { timeOf } from './csv-row.ts'
import { forecastCommand } from './forecast.ts'
import { formOf } from './forecast-table.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-forecast-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

async function run(...argv: string[]): Promise<string> {
  const written: string[] = []
  const take = (text: unknown, ...rest: unknown[]): boolean => {
    written.push(String(text))
    const done = rest.at(-1)
    if (typeof done === 'function') (done as () => void)()
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(take)
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  const program = new Command('aiops').exitOverride().configureOutput({ writeErr: () => undefined })
  forecastCommand(program)
  for (const command of program.commands)
    command.exitOverride().configureOutput({ writeErr: () => undefined })
  await program.parseAsync(['forecast', ...argv], { from: 'user' })
  return written.join('')
}
const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const values = Array.from({ length: 120 }, (_, i) => 20 + 5 * Math.sin((2 * Math.PI * i) / 12) + (i % 3))
const csv = (stamp: (i: number) => string) =>
  `timestamp,value\n${values.map((value, i) => `${stamp(i)},${value}`).join('\n')}\n`
const seconds = csv((i) => String(1_700_000_000 + i * 60))

describe('aiops forecast', () => {
  it('writes a row a step, as the library foretells, times in the form of the input', async () => {
    const rows = (await run('-i', file('in.csv', seconds), '--horizon', '5m')).trimEnd().split('\n')
    const found = forecastOf(values, 60_000, 5)
    if (found.isRefused) throw new Error(found.reason)
    expect(rows[0]).toBe('timestamp,p10,p50,p90')
    expect(rows.slice(1)).toEqual(
      Array.from({ length: 5 }, (_, i) =>
        [1_700_007_200 + i * 60, found.p10[i]!, found.p50[i]!, found.p90[i]!]
          .map((value, column) => (column === 0 ? value : Number(value.toPrecision(9))))
          .join(','),
      ),
    )
    const dates = await run(
      '-i',
      file(
        'd.csv',
        csv(
          (i) => `2026-01-01 ${String(i >> 4).padStart(2, '0')}:${String((i % 16) * 3).padStart(2, '0')}:00`,
        ),
      ),
      '--horizon',
      '3m',
    )
    expect(dates).toMatch(/\n2026-01-01 07:24:00,/)
  })

  it('reads and writes gzip, and sums up in words and JSON', async () => {
    const output = join(folder, 'out.csv.gz')
    const said = await run('-i', file('in.csv.gz', gzipSync(seconds)), '--horizon', '1h', '-o', output)
    expect(gunzipSync(readFileSync(output)).toString().split('\n')).toHaveLength(62)
    expect(said).toContain('Only the first 30 steps, a quarter of the history, can be trusted.')
    const json = await run('-i', file('in.csv', seconds), '--horizon', '5m', '-o', output, '--json')
    expect(JSON.parse(json.slice(json.indexOf('{')))).toMatchObject({
      ...{ steps: 5, step_seconds: 60, season_seconds: 720, rows: 120 },
      backtest: { origins: 24 },
    })
  })

  it('says what is wrong, and where', async () => {
    const failing = async (text: string, horizon = '5m') =>
      run('-i', file('bad.csv', text), '--horizon', horizon).then(
        () => '',
        (error: Error) => error.message,
      )
    expect(await failing('')).toContain('line 1: it is empty')
    expect(await failing('a,b\n1,2')).toContain('the header must be timestamp,value')
    expect(await failing('timestamp,cpu,memory\n1,2,3')).toContain('it has 2 columns of values')
    expect(await failing('timestamp,value\n1,2,3')).toContain('line 2: 3 cells where the header has 2')
    expect(await failing('timestamp,value\n9,2\n5,2')).toContain('line 3: 5 is earlier')
    expect(await failing('timestamp,value\n9,x')).toContain('"x" is not a number')
    expect(await failing('timestamp,value\n9,2\n99,2')).toContain('There are 2 values')
    expect(await failing(seconds, '1s')).toContain('shorter than one step')
    expect(await failing(seconds, '9y')).toContain('at most 20000')
    expect(await failing(seconds, 'soon')).toContain('Not a length of time')
    await expect(run('-i', join(folder, 'none.csv'), '--horizon', '5m')).rejects.toThrow('check the path')
  })

  it('writes a time in the form in which one was read', () => {
    for (const stamp of [
      '1700000000',
      '1700000000000',
      '1700000000000000',
      '1700000000000000000',
      '2026-01-01T00:00:00Z',
      '2026-01-01 00:00:00',
      '2026-01-01T00:00:00.250Z',
      '2026-01-01T00:00:00+02:00',
    ])
      expect(formOf(stamp)(timeOf(stamp))).toBe(stamp)
    fc.assert(
      fc.property(fc.integer({ min: 1e9, max: 4e9 }), fc.constantFrom(1, 1e3), (s, scale) => {
        const stamp = String(s * scale)
        expect(formOf(stamp)(timeOf(stamp))).toBe(stamp)
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => void formOf(text)(0)))
  })
})
