import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDurableFiles } from './durable-files.ts'
import { PowerCut, PowerCutDisk } from './power-cut-disk.suite.ts'

/** When the power fails, and which of what was not synced is there afterwards. */
const cut = fc.record({ afterSteps: fc.nat(60), choices: fc.array(fc.nat(1_000), { minLength: 1 }) })
type Cut = typeof cut extends fc.Arbitrary<infer T> ? T : never

/** The disk after the power failed during the work, or right behind it. */
async function cutDuring(
  { afterSteps, choices }: Cut,
  work: (disk: PowerCutDisk) => Promise<void>,
): Promise<PowerCutDisk> {
  const disk = new PowerCutDisk()
  disk.stepsLeft = afterSteps
  await work(disk).catch((error) => {
    if (!(error instanceof PowerCut)) throw error
  })
  let at = 0
  return disk.afterPowerCut((options) => choices[at++ % choices.length]! % options)
}

describe('what resolved survives a power failure at any moment', () => {
  it('a file that is replaced is the last one that resolved, or the one that was on its way', async () => {
    await fc.assert(
      fc.asyncProperty(cut, async (when) => {
        let told = 'none'
        let sent = 'none'
        const disk = await cutDuring(when, async (before) => {
          const files = createDurableFiles(before)
          await files.makeFolder('/data/keys')
          for (let version = 0; version < 6; version += 1) {
            sent = `version ${version}`
            await files.replace('/data/keys/keys.json', sent)
            told = sent
          }
        })
        expect([told, sent]).toContain(disk.text('/data/keys/keys.json') ?? 'none')
      }),
      { numRuns: 2_000 },
    )
  })

  it('lines that were appended are all there, in order, and those after a torn one too', async () => {
    await fc.assert(
      fc.asyncProperty(cut, cut, async (first, second) => {
        const told: string[] = []
        const append = async (before: PowerCutDisk, from: number): Promise<void> => {
          const files = createDurableFiles(before)
          await files.makeFolder('/data')
          for (let n = from; n < from + 6; n += 1) {
            const bytes = await files.appendLine('/data/letters.jsonl', `line ${n}.`)
            expect(bytes).toBe(before.text('/data/letters.jsonl')?.length)
            told.push(`line ${n}.`)
          }
        }
        const between = await cutDuring(first, (disk) => append(disk, 0))
        between.stepsLeft = second.afterSteps
        await append(between, 100).catch((error) => {
          if (!(error instanceof PowerCut)) throw error
        })
        let at = 0
        const left = between.afterPowerCut(
          (options) => second.choices[at++ % second.choices.length]! % options,
        )
        const lines = left.text('/data/letters.jsonl')?.split('\n') ?? []
        expect(lines.filter((line) => told.includes(line))).toEqual(told)
      }),
      { numRuns: 2_000 },
    )
  })

  it('a file that got another name has the one or the other, and then that one', async () => {
    await fc.assert(
      fc.asyncProperty(cut, async (when) => {
        let [isWritten, isMoved] = [false, false]
        const disk = await cutDuring(when, async (before) => {
          const files = createDurableFiles(before)
          await files.makeFolder('/a')
          await files.replace('/a/old', 'content')
          isWritten = true
          await files.rename('/a/old', 'new')
          isMoved = true
        })
        if (isWritten) expect([disk.text('/a/old'), disk.text('/a/new')]).toContain('content')
        if (isMoved) expect([disk.text('/a/old'), disk.text('/a/new')]).toEqual([undefined, 'content'])
      }),
      { numRuns: 1_000 },
    )
  })

  it('and the disk of these tests does lose what nobody synced', async () => {
    const lost = await Promise.all(
      [0, 1, 2, 3].map(async (choice) => {
        const disk = new PowerCutDisk()
        const file = await disk.open('/kept.partial', 'w')
        await file.writeFile('content')
        await disk.rename('/kept.partial', '/kept')
        return disk.afterPowerCut((options) => (options === 2 ? 1 : choice % options)).text('/kept')
      }),
    )
    expect(new Set(lost).size).toBeGreaterThan(1)
    expect(lost).toContain('')
  })
})
