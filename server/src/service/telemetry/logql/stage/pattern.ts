import { Fault } from '../../../../kernel/fault.ts'
import type { CompiledStage } from './index.ts'

type Part = { literal: string } | { capture: string }

/** `<ip> - <_> "<method> <path>"`: names what stands between literals; `<_>` is passed over. As much is named as fits. */
export function patternStage(text: string): CompiledStage {
  const parts = partsOf(text)
  const names = parts.flatMap((part) => ('capture' in part && part.capture !== '_' ? [part.capture] : []))
  if (names.length === 0) throw new Fault('INVALID_LOGQL', 'at least one capture is required')
  if (new Set(names).size < names.length)
    throw new Fault(
      'INVALID_LOGQL',
      `duplicate capture name (${names.find((name, i) => names.indexOf(name) < i)}): capture names must be unique`,
    )
  checkNeighbours(parts)
  return (line) => {
    const { line: given } = line
    let at = 0
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i]!
      if ('literal' in part) {
        const found = given.indexOf(part.literal, at)
        // The first literal must stand at the start; of others the capture before them has taken care.
        if (found !== at) return true
        at += part.literal.length
        continue
      }
      const next = parts[i + 1]
      const end = next && 'literal' in next ? given.indexOf(next.literal, at) : given.length
      const value = given.slice(at, end < 0 ? given.length : end)
      if (part.capture !== '_') line.extract(part.capture, value)
      if (end < 0) return true
      at = end
    }
    return true
  }
}

/** A pattern as a line filter, `|> "<_> error <_>"`: the whole line must fit; `<_>` stands for anything. */
export function linePatternTest(text: string): (line: string) => boolean {
  const parts = partsOf(text)
  if (parts.some((part) => 'capture' in part && part.capture !== '_'))
    throw new Fault('INVALID_LOGQL', 'named captures are not allowed in a pattern filter')
  checkNeighbours(parts)
  const [open, ended] = [
    parts.length > 0 && 'capture' in parts[0]!,
    parts.length > 0 && 'capture' in parts.at(-1)!,
  ]
  const literals = parts.flatMap((part) => ('literal' in part ? [part.literal] : []))
  return (line) => {
    if (literals.length === 0) return parts.length === 0 ? line === '' : true
    let at = 0
    for (let i = 0; i < literals.length; i += 1) {
      const literal = literals[i]!
      if (i === literals.length - 1 && !ended) {
        const end = line.length - literal.length
        return end >= at && line.endsWith(literal) && (open || i > 0 || end === 0)
      }
      const found = line.indexOf(literal, at)
      if (found < 0 || (i === 0 && !open && found !== 0)) return false
      at = found + literal.length
    }
    return true
  }
}

function partsOf(text: string): Part[] {
  const parts: Part[] = []
  let from = 0
  for (const found of text.matchAll(/<([a-zA-Z_][a-zA-Z0-9_]*)>/g)) {
    if (found.index > from) parts.push({ literal: text.slice(from, found.index) })
    parts.push({ capture: found[1]! })
    from = found.index + found[0].length
  }
  if (from < text.length) parts.push({ literal: text.slice(from) })
  return parts
}

function checkNeighbours(parts: readonly Part[]): void {
  for (let i = 1; i < parts.length; i += 1)
    if ('capture' in parts[i]! && 'capture' in parts[i - 1]!)
      throw new Fault('INVALID_LOGQL', 'consecutive capture names are not allowed')
}
