import type { Group, Groups } from '../core/group.ts'
import type { Turn } from '../core/turn.ts'
import { bar, keepFrom, type Life, liftBars } from './life.ts'

/** They do not merge by themselves from now on. */
export function setApart(a: Group, b: Group): void {
  keepFrom(a.life, b.id)
  keepFrom(b.life, a.id)
}

/**
 * Whether somebody parted them: one holds what was taken out of the other. Looks through all members once for a pair that is, and then
 * remembers it; so it is asked last, of those that would merge.
 */
export function areApart(a: Group, b: Group): boolean {
  if (a.life.apart.has(b.id) || b.life.apart.has(a.id)) return true
  if (!holdsBarred(a, b) && !holdsBarred(b, a)) return false
  setApart(a, b)
  return true
}

function holdsBarred({ life: { barred } }: Group, other: Group): boolean {
  if (barred.size === 0) return false
  for (const { key } of other.members.values()) if (barred.has(key)) return true
  return false
}

/** After `into` has absorbed `from`: what was kept from either is kept from both, and what is now in it is no longer barred. */
export function takeOverLife(turn: Turn, into: Group, from: Group): void {
  const { groups } = turn.core
  if (from.life.barred.size > 0 || into.life.barred.size > 0) {
    const inside = (key: string): boolean => groups.byKey.get(key)?.group === into
    const taken = [...from.life.barred].filter((key) => !inside(key) && !into.life.barred.has(key))
    const lifted = [...into.life.barred].filter(inside)
    if (taken.length > 0) {
      bar(into.life, taken)
      turn.out({ type: 'BARRED', incidentId: into.id, keys: taken, lifted: false })
    }
    if (lifted.length > 0) {
      liftBars(into.life, new Set(lifted))
      turn.out({ type: 'BARRED', incidentId: into.id, keys: lifted, lifted: true })
    }
  }
  for (const id of from.life.apart) {
    const other = groups.all.get(id)
    if (other && other !== into) setApart(into, other)
  }
  if (into.life.apart.has(from.id))
    into.life.apart = new Set([...into.life.apart].filter((id) => id !== from.id))
}

/** Puts back what stood in the records, and parts the incident from those that hold what was taken out of it. */
export function restoreLife(groups: Groups, group: Group, life: Omit<Life, 'apart'>): void {
  group.life = { ...life, apart: new Set() }
  const parted = new Set<Group>()
  for (const key of life.barred) {
    const holder = groups.byKey.get(key)?.group
    if (holder && holder !== group) parted.add(holder)
  }
  for (const other of groups.all.values()) {
    if (other === group) continue
    if (other.life.splitFrom === group.id || life.splitFrom === other.id || holdsBarred(other, group))
      parted.add(other)
  }
  for (const other of parted) setApart(group, other)
}
