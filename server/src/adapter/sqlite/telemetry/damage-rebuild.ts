import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import { salvage } from './check/salvage.ts'
import { setAside } from './schema.ts'

const markOf = (path: string): string => `${path}.rebuild`

/** Leaves word for the next start that the file cannot be written to where it is damaged. */
export function markForRebuild(path: string, log: Log): void {
  try {
    writeFileSync(markOf(path), '')
  } catch (error) {
    log.error({ path, reason: messageOf(error) }, 'The mark of a damaged file could not be left')
  }
}

/** True where the file was marked, and is built anew. */
export function rebuildIfMarked(path: string, nowMs: number, log: Log): boolean {
  if (!existsSync(markOf(path))) return false
  rebuild(path, nowMs, 'a write met damage before', log)
  return true
}

/**
 * Builds the file anew from all rows that can be read, which takes about a second for each 100 MB and as much room again; the damaged
 * one is set aside. Where even that fails an empty file takes its place: a start is never refused for damage.
 */
export function rebuild(path: string, nowMs: number, reason: string, log: Log): void {
  log.error({ path, reason }, 'The telemetry file is damaged and is built anew from what can be read')
  try {
    if (existsSync(path)) salvage(path, nowMs)
  } catch (error) {
    setAside(path, nowMs, messageOf(error), log)
  }
  rmSync(markOf(path), { force: true })
}
