import { z } from 'zod'
import { Fault } from '../../../../kernel/fault.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
/** A name that leads nowhere but into the folder. */
const fileName = z.string().regex(/^(?!\.)[A-Za-z0-9._-]{1,128}(\/(?!\.)[A-Za-z0-9._-]{1,128}){0,2}$/)

/** What a backup holds. It is written last: a backup without one is none. */
export const Manifest = z.object({
  format: z.literal(1),
  created_at: z.string(),
  version: z.string(),
  /** Every entry of the telemetry log up to here is in it. */
  position: z.number().int(),
  files: z.array(
    z.object({
      name: fileName,
      bytes: z.number().int().nonnegative(),
      sha256,
      parts: z.array(z.object({ key: z.string(), bytes: z.number().int().nonnegative(), sha256 })),
    }),
  ),
})
export type Manifest = z.infer<typeof Manifest>
export type BackedUpFile = Manifest['files'][number]
export const manifestName = 'manifest.json'

export function parseManifest(bytes: Uint8Array, key: string): Manifest {
  const unreadable = (cause?: unknown): Fault =>
    new Fault('INVALID_REQUEST', `${key} is no manifest of a backup that this program can read.`, { cause })
  try {
    const found = Manifest.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    if (found.success) return found.data
  } catch (error) {
    throw unreadable(error)
  }
  throw unreadable()
}
