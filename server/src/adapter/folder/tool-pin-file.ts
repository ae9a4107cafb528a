import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { ToolPinKeeper } from '../../port/tool-source.ts'
import { durableFiles } from './durable-files.ts'

const Pins = z.record(z.string(), z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), at: z.string() }))

/** Pins as a JSON file that a person can read, replaced as a whole. */
export function createToolPinFile(path: string): ToolPinKeeper {
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '{}'
        throw unreadable(path, error)
      })
      try {
        return Pins.parse(JSON.parse(text))
      } catch (error) {
        throw unreadable(path, error)
      }
    },
    save: (pins) => durableFiles.replace(path, `${JSON.stringify(pins, null, 2)}\n`),
  }
}

const unreadable = (path: string, cause: unknown): Fault =>
  new Fault(
    'CONFIG_INVALID',
    `${path} cannot be read; put it back, or delete it to trust the tools of all MCP servers anew.`,
    { cause },
  )
