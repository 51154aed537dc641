/** A subject that complainants choose from a list, and texts they write. */
export interface Grievance {
  readonly subject: string
  readonly details: readonly [string, ...string[]]
}

export const grievances: readonly [Grievance, ...Grievance[]] = [
  {
    subject: '商家不发货',
    details: [
      '付款已经超过七天,商家一直没有发货,联系客服也没有人回复,要求尽快退款。',
      '订单显示已发货,但是物流信息一直没有更新,怀疑是虚假发货。',
      '下单时承诺48小时内发货,现在过去一周了还是"待发货"状态。',
    ],
  },
  {
    subject: '商品与描述不符',
    details: [
      '收到的商品颜色和尺码都不对,与页面描述完全不一样,申请退货商家不同意。',
      '买的是全新正品,到手有明显使用痕迹,要求退一赔三😡',
      '课程介绍写着一对一辅导,实际上只有录播视频,感觉被骗了。',
    ],
  },
  {
    subject: '申请退款被拒绝',
    details: [
      '孩子误操作购买了会员,没有使用过,申请退款商家一直拒绝。',
      '商家说好可以七天无理由退款,现在又说要扣30%手续费,不合理。',
      '已经退货并且商家签收了,退款到现在还没有到账。',
    ],
  },
  {
    subject: '重复扣费',
    details: [
      '同一笔订单扣了两次钱,请核对后退还多扣的金额。',
      '没有开通自动续费,每个月却被扣19.9元,要求全部退还!',
      '昨天晚上我都没有充电,为什么要扣款,请核对一下。',
    ],
  },
  {
    subject: '不满意商家服务',
    details: [
      '客服态度恶劣,问了三次都不解决问题,还把我拉黑了。',
      '预约了上门安装,师傅两次爽约,没有任何说明。\n请给一个合理的解释。',
      '直播间老师承诺包过,考试没有通过却联系不上人了。',
    ],
  },
  {
    subject: '其他问题',
    details: [
      '共享充电宝已经归还,系统没有识别,一直在计费,最后扣了99元押金。',
      '发票申请了半个月还没有开具,财务要求本月内报销。',
      '店铺页面打不开了,购买的课程还没有看完,怎么办?',
    ],
  },
]

/** Where shared power banks are returned; longitude and latitude are strings on the wire. */
export const returnPlaces: readonly [ReturnPlace, ...ReturnPlace[]] = [
  { address: '广东省深圳市南山区海天二路示例大厦一层', longitude: '113.93535488533665', latitude: '22.52305518747831' },
  { address: '上海市浦东新区示例路100号商场二层', longitude: '121.50638100000001', latitude: '31.24516500000000' },
  { address: '北京市海淀区示例大街1号便利店', longitude: '116.30799900000000', latitude: '39.98405200000000' },
]

export interface ReturnPlace {
  readonly address: string
  readonly longitude: string
  readonly latitude: string
}
