import type { MaintenanceWindowInput } from '@aiops/contract/model/maintenance'
import type { NamedRule } from '../rule-book.ts'

export type Json = Record<string, unknown>

/** What reads one part writes its results here. */
export type Taking = {
  rule(place: string, input: NamedRule['input']): void
  window(place: string, input: MaintenanceWindowInput): void
  leave(place: string, why: string): void
}

export const mapOf = (value: unknown): Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {}
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
export const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
