import type { Answerer } from './answerer.ts'
import { compare } from './metric/compare.ts'
import { metricCourse } from './metric/course.ts'
import { findMetricsAnswer } from './metric/find.ts'
import { forecast } from './metric/forecast.ts'
import { slo } from './metric/target.ts'
import { top } from './metric/top.ts'
import { metricValue } from './metric/value.ts'

export const metricAnswerers: readonly Answerer[] = [
  metricValue,
  metricCourse,
  compare,
  top,
  findMetricsAnswer,
  forecast,
  slo,
]
