import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DetectConfig, detectSeries } from '../../pipeline/detect/index.ts'
import { timeOf } from './csv-row.ts'
import { detectCommand } from './detect.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-detect-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

async function run(...argv: string[]): Promise<string> {
  const written: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    written.push(String(text))
    const done = rest.at(-1)
    if (typeof done === 'function') (done as () => void)()
    return true
  })
  const program = new Command('aiops').exitOverride()
  detectCommand(program)
  await program.parseAsync(['detect', ...argv], { from: 'user' })
  return written.join('')
}

const file = (name: string, text: string | Buffer): string => {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}
const linesOf = (text: string | Buffer): string[] => String(text).trimEnd().split('\n')
const values = Array.from({ length: 120 }, (_, i) => (i >= 100 && i < 106 ? 95 : 20 + (i % 4)))
const csv = `timestamp,value\n${values.map((value, i) => `${1_700_000_000 + i * 60},${value}`).join('\n')}\n`

describe('aiops detect', () => {
  it('gives one row for each row, timestamps and values as they were written, judged as detectSeries judges', async () => {
    const output = join(folder, 'out.csv')
    await run('--input', file('in.csv', csv), '--output', output)
    const [header, ...rows] = linesOf(readFileSync(output))
    expect(header).toBe('timestamp,value,anomaly_score,is_anomaly,tier')
    const times = values.map((_, i) => (1_700_000_000 + i * 60) * 1_000)
    const judged = detectSeries(times, values, DetectConfig.parse({}))
    expect(rows).toEqual(
      values.map((value, i) => {
        const { score = 0, isAnomaly = false } = judged[i] ?? {}
        return `${1_700_000_000 + i * 60},${value},${score.toFixed(6)},${isAnomaly ? 1 : 0},BASIC`
      }),
    )
    expect(rows.some((row) => row.includes(',1,BASIC'))).toBe(true)
  })

  it('of several metrics names the one that is most unusual', async () => {
    const text = `timestamp,"cpu, all",memory\n${values.map((value, i) => `2026-01-01 00:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')},${value},7`).join('\n')}\n`
    const output = join(folder, 'out.csv')
    await run('-i', file('in.csv', text), '-o', output)
    const [header, ...rows] = linesOf(readFileSync(output))
    expect(header).toBe('timestamp,anomaly_score,is_anomaly,top_metric')
    expect(rows[0]).toBe('2026-01-01 00:00:00,0.000000,0,')
    expect(rows[101]).toMatch(/^2026-01-01 00:01:41,0\.\d+,[01],"cpu, all"$/)
  })

  it('walks a folder, mirrors it, and reads and writes gzip', async () => {
    file('in/a/x.csv', csv)
    file('in/y.csv.gz', gzipSync(csv))
    file('in/readme.txt', 'not a series')
    const summary = JSON.parse(await run('-i', join(folder, 'in'), '-o', join(folder, 'out'), '--json'))
    expect(summary).toMatchObject({ rows: 240, files: [{ rows: 120 }, { rows: 120 }] })
    const plain = readFileSync(join(folder, 'out/a/x.csv'), 'utf8')
    expect(linesOf(plain)).toHaveLength(121)
    expect(gunzipSync(readFileSync(join(folder, 'out/y.csv.gz'))).toString()).toBe(plain)
  })

  it('writes to standard output', async () => {
    expect(linesOf(await run('-i', file('in.csv', csv)))).toHaveLength(121)
  })

  it('takes empty cells, NaN, blank lines, a byte-order mark and Windows line ends', async () => {
    const text = await run('-i', file('in.csv', '\ufefftimestamp,value\r\n1,2\r\n\r\n2,\r\n3,NaN\r\n'))
    expect(linesOf(text)).toEqual([
      'timestamp,value,anomaly_score,is_anomaly,tier',
      '1,2,0.000000,0,BASIC',
      '2,,0.000000,0,BASIC',
      '3,NaN,0.000000,0,BASIC',
    ])
  })

  it.each([
    ['timestamp,value\n1,2\n2,x\n', 'line 3: "x" is not a number'],
    ['timestamp,value\n1,2\nyesterday,3\n', 'line 3: "yesterday" is neither a number nor a date'],
    ['timestamp,value\n1,2,3\n', 'line 2: 3 cells where the header has 2'],
    ['a,b\n1,2\n', 'line 1: the header must be'],
    ['timestamp\n1\n', 'line 1: the header must be'],
    ['timestamp,a,\n1,2,3\n', 'line 1: a column of the header has no name'],
    ['', 'line 1: it is empty'],
  ])('says what is wrong and where: %j', async (text, message) => {
    await expect(run('-i', file('in.csv', text), '-o', join(folder, 'out.csv'))).rejects.toThrow(message)
  })

  it('refuses what cannot be read, a broken gzip, and an output that is the input', async () => {
    await expect(run('-i', join(folder, 'none.csv'), '-o', join(folder, 'o.csv'))).rejects.toThrow(
      'cannot be read',
    )
    await expect(run('-i', file('b.csv.gz', 'no gzip'), '-o', join(folder, 'o.csv'))).rejects.toThrow(
      'failed',
    )
    const same = file('in.csv', csv)
    await expect(run('-i', same, '-o', same)).rejects.toThrow('the same')
    await expect(run('-i', folder)).rejects.toThrow('is a folder')
  })

  it('reads times in seconds, milliseconds, microseconds, nanoseconds and dates', () => {
    const expected = Date.UTC(2023, 10, 14, 22, 13, 20)
    for (const text of ['1700000000', '1700000000000', '1700000000000000', '1700000000000000000'])
      expect(timeOf(text)).toBe(expected)
    for (const text of ['2023-11-14 22:13:20', '2023-11-14T22:13:20Z', '2023-11-14T23:13:20+01:00'])
      expect(timeOf(text)).toBe(expected)
    expect(timeOf('')).toBeNaN()
  })
})
