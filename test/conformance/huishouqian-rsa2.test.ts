import { describeHuishouqian } from './huishouqian.js'

describeHuishouqian('RSA2')
