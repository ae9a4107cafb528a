import { z } from 'zod'
import { CorrelationLesson } from '../model/correlation-lesson.ts'
import { operations } from './operation.ts'
import { Page, pageOf } from './page.ts'

export const correlationLesson = operations({
  listCorrelationLessons: {
    method: 'GET',
    path: '/api/v1/correlation/lessons',
    tag: 'correlation',
    permission: 'correlation:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'What people taught correlation by joining and parting, the latest first.',
    query: Page,
    response: pageOf(CorrelationLesson),
  },
  forgetCorrelationLesson: {
    method: 'DELETE',
    path: '/api/v1/correlation/lessons/{id}',
    tag: 'correlation',
    permission: 'correlation:write',
    errors: ['NOT_FOUND'],
    status: 204,
    params: z.object({ id: z.string().min(1).max(64) }),
    summary: 'Forget a lesson: such signals are judged by time and topology alone again.',
    response: z.null(),
  },
})
