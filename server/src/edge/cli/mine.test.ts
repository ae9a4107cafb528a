import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mineCommand } from './mine.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-mine-'))
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
  mineCommand(program)
  await program.parseAsync(['mine', ...argv], { from: 'user' })
  return written.join('')
}
const file = (name: string, text: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const line = (i: number): string =>
  `2026-11-21 05:03:${10 + (i % 50)},123 INFO cart.Server: ${i % 2 ? `order ${i} is "paid", thanks` : `cart ${i} is open`}`
const log = `${Array.from({ length: 3_000 }, (_, i) => line(i)).join('\n')}\n`
const rowsOf = (text: string): string[] => text.trimEnd().split('\n')

describe('aiops mine', () => {
  it('gives a row for each line, with the event and the template of its message', async () => {
    const output = join(folder, 'deep/out.csv')
    const summary = JSON.parse(await run('--input', file('in.log', log), '--output', output, '--json'))
    expect(summary).toMatchObject({ lines: 3_000, templates: 2 })
    const [header, ...rows] = rowsOf(readFileSync(output, 'utf8'))
    expect(header).toBe('LineId,EventId,EventTemplate')
    expect(rows).toHaveLength(3_000)
    expect(rows[0]).toMatch(/^1,E[0-9a-f]{12},"cart <\*> is open"$/)
    expect(rows[2_999]).toMatch(/^3000,E[0-9a-f]{12},"order <\*> is ""paid"", thanks"$/)
    expect(new Set(rows.map((row) => row.split(',')[1])).size).toBe(2)
  })
  it('reads gzip, Windows line ends, a last line without end and blank lines, and writes to standard output', async () => {
    const plain = await run('-i', file('in.log', log))
    expect(await run('-i', file('in.log.gz', gzipSync(log)))).toBe(plain)
    expect(await run('-i', file('win.log', log.trimEnd().replaceAll('\n', '\r\n')))).toBe(plain)
    const rows = rowsOf(await run('-i', file('blank.log', 'a b\n\na c')))
    expect(rows.map((row) => row.split(',')[0])).toEqual(['LineId', '1', '2', '3'])
    expect(rowsOf(await run('-i', file('none.log', '')))).toEqual(['LineId,EventId,EventTemplate'])
  })
  it('takes lines as messages alone where told so', async () => {
    expect((await run('-i', file('in.log', log), '--no-header')).split('\n')[1]).toContain(
      'INFO cart.Server: cart <*> is open',
    )
  })
  it('holds no line longer than it reads', async () => {
    const rows = rowsOf(await run('-i', file('long.log', `a${' b'.repeat(2_000_000)}\nshort one\n`)))
    expect(rows).toHaveLength(3)
    expect(rows[1]!.length).toBeLessThan(1_000)
  })
  it('refuses what cannot be read, a folder, a broken gzip, and an output that is the input', async () => {
    await expect(run('-i', join(folder, 'none.log'))).rejects.toThrow('cannot be read')
    await expect(run('-i', folder)).rejects.toThrow('is a folder')
    await expect(run('-i', file('b.log.gz', 'no gzip'), '-o', join(folder, 'o.csv'))).rejects.toThrow(
      'failed',
    )
    const same = file('in.log', log)
    await expect(run('-i', same, '-o', same)).rejects.toThrow('the same')
  })
})
