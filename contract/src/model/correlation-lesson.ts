import { z } from 'zod'
import { Time } from './time.ts'

/** How two places stand to each other: the same, linked directly, within reach, or known to be near by their labels alone. */
export const LessonRelation = z.enum(['SAME', 'ADJACENT', 'NEAR', 'LABELS'])
export type LessonRelation = z.infer<typeof LessonRelation>

/** One side of a lesson: what a rule or metric is called, and the kind of the entity it was on (`''` where none was named). */
export const LessonSide = z.object({ rule: z.string(), place: z.string() })
export type LessonSide = z.infer<typeof LessonSide>

/**
 * What people taught correlation by joining or parting: signals of these two families, at places that stand so, belong together more
 * or less often than time and topology alone say. Without order: `a` sorts before `b`.
 */
export const CorrelationLesson = z.object({
  id: z.string(),
  a: LessonSide,
  b: LessonSide,
  relation: LessonRelation,
  /** Times people joined and parted such, weighed down by age. */
  joined: z.number(),
  parted: z.number(),
  /** Added to the log-odds that two such belong together; bounded. Above 0 they are joined sooner. */
  log_odds: z.number(),
  /** Who taught it, the latest last. */
  by: z.array(z.string()),
  created_at: Time,
  updated_at: Time,
})
export type CorrelationLesson = z.infer<typeof CorrelationLesson>
