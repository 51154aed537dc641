export type { Cell } from './xlsx/cells.js'
export { createWorkbook, type SheetColumn } from './xlsx/workbook.js'
