import { describe, expect, it } from 'vitest'
import { type CheckpointLog, checkpointLineMax } from './audit-checkpoint.ts'

/** What every checkpoint log must do. `open` opens what lies under the name, again where it was opened before. */
export function checkpointLogConformance(open: (name: string) => Promise<CheckpointLog>): void {
  const linesOf = async (log: CheckpointLog): Promise<string[]> => {
    const lines: string[] = []
    for await (const line of log.lines()) lines.push(line)
    return lines
  }
  describe('a checkpoint log', () => {
    it('holds nothing at first, and does not exist', async () => {
      const log = await open('empty')
      expect(await linesOf(log)).toEqual([])
      expect(await log.exists()).toBe(false)
    })

    it('gives back what was appended, in order, after it is opened again', async () => {
      const written = Array.from({ length: 12 }, (_, i) => `{"sequence":${i + 1}}`)
      const log = await open('order')
      for (const line of written.slice(0, 7)) await log.append(line)
      const again = await open('order')
      for (const line of written.slice(7)) await again.append(line)
      expect(await linesOf(again)).toEqual(written)
      expect(await again.exists()).toBe(true)
    })

    it('takes a line as long as a line may be', async () => {
      const log = await open('long')
      await log.append('x'.repeat(checkpointLineMax))
      await log.append('y')
      expect((await linesOf(log)).map((line) => line.length)).toEqual([checkpointLineMax, 1])
    })
  })
}
