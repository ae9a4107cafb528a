import { z } from 'zod'

/** `page` counts from 1. `limit`/`offset` are accepted beside it where incidents are listed, and win. */
export const Page = z.object({
  page: z.coerce.number().int().min(1).default(1),
  page_size: z.coerce.number().int().min(1).max(200).default(20),
})

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    total: z.number().int(),
    page: z.number().int(),
    page_size: z.number().int(),
    total_pages: z.number().int(),
  })

/** In a query, a list may be repeated (`a=1&a=2`) or separated by commas; left out it is empty. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .preprocess(
      (value) =>
        (Array.isArray(value) ? value : [value])
          .flatMap((part) => (typeof part === 'string' ? part.split(',') : part))
          .filter((part) => part !== ''),
      z.array(item),
    )
    .prefault([])

/** `duration` counts back from `end`; `end` is now unless given. */
export const TimeRange = z.object({
  start: z.iso.datetime({ offset: true }).optional(),
  end: z.iso.datetime({ offset: true }).optional(),
  duration: z
    .string()
    .regex(/^[0-9]+[smhdw]$/)
    .optional(),
})

/** In a query, a list that may be repeated but is never split: its values may hold commas, as selectors do. */
export const repeated = <T extends z.ZodType>(item: T) =>
  z
    .preprocess((value) => (value === '' ? [] : Array.isArray(value) ? value : [value]), z.array(item))
    .prefault([])
