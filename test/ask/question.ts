import { z } from 'zod'

const Outcome = z.enum(['ANSWERED', 'CLARIFY', 'UNANSWERABLE', 'PROPOSED'])

/** One question of a set, and what a right answer to it holds. Texts are compared without regard to case; `/…/` is a regular expression. */
export const AskedQuestion = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** Asked before it in the same conversation, oldest first. */
  before: z.array(z.string()).default([]),
  /** `{27 min ago}` in it stands for that moment as a clock says it, UTC. */
  question: z.string(),
  /** The persona that is asked; `default` unless said. */
  persona: z.string().optional(),
  /** ANSWERED; CLARIFY: it asks back with choices; UNANSWERABLE: it says what is not known, there, or possible; PROPOSED: an action is proposed and nothing done. Several where each is an honest answer. */
  outcome: z.union([Outcome, z.array(Outcome).min(2)]),
  /** Facts that the answer's text or tables must hold: each entry one text, or several of which one is enough. */
  must: z.array(z.union([z.string(), z.array(z.string())])).default([]),
  /** What it must not hold. */
  must_not: z.array(z.string()).default([]),
  /** Any of these tools must have been called: names of the tools; empty for no demand. */
  tools: z.array(z.string()).default([]),
})
export type AskedQuestion = z.infer<typeof AskedQuestion>
