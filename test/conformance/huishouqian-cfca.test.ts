import { describeHuishouqian } from './huishouqian.js'

describeHuishouqian('CFCA')
