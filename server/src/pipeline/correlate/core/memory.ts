import { z } from 'zod'
import type { Core } from './turn.ts'

const Onset = z.enum(['MEDIUM', 'HIGH', 'BURST'])
const Bin = z.object({
  at: z.number().int(),
  counts: z.object({ MEDIUM: z.number().min(0), HIGH: z.number().min(0), BURST: z.number().min(0) }),
})

/** What a tenant's correlation has learned, as it outlives the process: at most 26 bins, and one entry for each incident followed. */
export const Memory = z.object({
  version: z.literal(1),
  background: z.object({ firstAt: z.number().int().nullable(), bins: z.array(Bin).max(64) }),
  /** How the beginning of each incident was counted, so that it is not counted twice. */
  onsets: z.array(z.object({ id: z.string(), kind: Onset, at: z.number().int() })).max(100_000),
})
export type Memory = z.infer<typeof Memory>

/** Beginnings of what still waits are left out: its alerts come again after a restart, and count then at the time they were seen. */
export function memoryOf({ groups, background }: Core): Memory {
  const waiting: { kind: 'MEDIUM' | 'HIGH' | 'BURST'; at: number }[] = []
  const onsets: Memory['onsets'] = []
  for (const { id, status, onset } of groups.all.values()) {
    if (!onset) continue
    if (status === 'LATENT') waiting.push(onset)
    else onsets.push({ id, kind: onset.kind, at: onset.at })
  }
  return { version: 1, background: copyOf(background.memory(waiting)), onsets }
}

/** After the incidents are back. Text of another version, or that is no memory at all, is as if there were none: false. */
export function recall(core: Core, text: string): boolean {
  const read = Memory.safeParse(parsed(text))
  if (!read.success) return false
  core.background.recall(read.data.background)
  for (const { id, kind, at } of read.data.onsets) {
    const group = core.groups.all.get(id)
    if (group) group.onset = { kind, at }
  }
  return true
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const copyOf = ({ firstAt, bins }: ReturnType<Core['background']['memory']>): Memory['background'] => ({
  firstAt,
  bins: [...bins],
})
