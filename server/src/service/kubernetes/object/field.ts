import { z } from 'zod'

/**
 * Fields of objects as they are read: only what is named is kept, and what has the wrong form counts as absent, so that one odd object
 * of one cluster disturbs nobody.
 */
export const text = z.string().optional().catch(undefined)
export const word = z.string().catch('')
export const count = z.number().optional().catch(undefined)
export const flag = z.boolean().optional().catch(undefined)
/** RFC 3339, as the API writes it. */
export const moment = z.string().optional().catch(undefined)
export const labels = z.record(z.string(), z.string()).catch({})
/** A quantity such as `100m` or `2Gi`; `quantity.ts` reads it. */
export const quantities = z.record(z.string(), z.coerce.string()).catch({})
/** A number or a name of a port, or an absolute number or a percentage. */
export const intOrText = z.union([z.number(), z.string()]).optional().catch(undefined)

/** An item of the wrong form is left out, not the whole list. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((items) =>
      items.flatMap((one): z.output<T>[] => {
        const parsed = item.safeParse(one)
        return parsed.success ? [parsed.data] : []
      }),
    )
export const texts = listOf(z.string())
/** A part that may be missing. */
export const part = <T extends z.ZodType>(of: T) => of.optional().catch(undefined)
/** A part whose fields are absent where it is missing. */
export const whole = <T extends z.ZodType>(of: T) => z.preprocess((value) => value ?? {}, of)
