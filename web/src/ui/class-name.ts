import { type ClassValue, clsx } from 'clsx'
import { twMerge } from 'tailwind-merge'

/** Joins class names; of two Tailwind classes for the same thing the later wins, so that callers can override. */
export const className = (...values: ClassValue[]): string => twMerge(clsx(values))
