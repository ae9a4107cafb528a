import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { SerialExecutor } from '../../kernel/queue.ts'

const slotBytes = 12
const slots = 2

/**
 * A number that only grows, in a file of two slots that are written in turn: a write that is torn leaves the other. It is not fsynced:
 * a kill of the process loses nothing, a power failure may bring an older number back.
 */
export class PositionSlots {
  readonly #file: FileHandle
  readonly #writes = new SerialExecutor('the position', 1_000)
  #next = 0
  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async open(path: string): Promise<{ slots: PositionSlots; position: number }> {
    const file = await open(path, 'a+', 0o600).then(async (made) => {
      await made.close()
      return open(path, 'r+')
    })
    const all = Buffer.alloc(slotBytes * slots)
    await file.read(all, 0, all.length, 0)
    const found = Array.from({ length: slots }, (_, at) => all.subarray(at * slotBytes, (at + 1) * slotBytes))
    const numbers = found.map((slot) =>
      crc32(slot.subarray(0, 8)) === slot.readUInt32LE(8) ? Number(slot.readBigUInt64LE(0)) : 0,
    )
    const position = Math.max(...numbers)
    const made = new PositionSlots(file)
    made.#next = numbers[0] === position ? 1 : 0
    return { slots: made, position }
  }

  write(position: number): Promise<void> {
    const slot = Buffer.alloc(slotBytes)
    slot.writeBigUInt64LE(BigInt(position), 0)
    slot.writeUInt32LE(crc32(slot.subarray(0, 8)), 8)
    return this.#writes.run(async () => {
      await this.#file.write(slot, 0, slotBytes, this.#next * slotBytes)
      this.#next = (this.#next + 1) % slots
    })
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
