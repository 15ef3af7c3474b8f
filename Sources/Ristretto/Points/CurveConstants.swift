/// Constants of edwards25519 and of RFC 9496 §4.1, recomputed from their definitions by `CurveConstantsTests`.
@usableFromInline
enum CurveConstants {
    /// d = −121665 ÷ 121666.
    @inlinable @inline(__always)
    static var d: FieldElement {
        FieldElement(
            limbs: (0x75eb_4dca_1359_78a3, 0x0070_0a4d_4141_d8ab, 0x8cc7_4079_7779_e898, 0x5203_6cee_2b6f_fe73)
        )
    }

    /// 2d.
    @inlinable @inline(__always)
    static var doubledD: FieldElement {
        FieldElement(
            limbs: (0xebd6_9b94_26b2_f159, 0x00e0_149a_8283_b156, 0x198e_80f2_eef3_d130, 0x2406_d9dc_56df_fce7)
        )
    }

    /// 1 ÷ √(a − d), with a = −1.
    static var inverseRootOfAMinusD: FieldElement {
        FieldElement(
            limbs: (0x99c8_fdaa_805d_40ea, 0x9d2f_1617_5a41_72be, 0x16c2_7b91_fe01_d840, 0x786c_8905_cfaf_fca2)
        )
    }

    /// √(a·d − 1).
    static var rootOfADMinusOne: FieldElement {
        FieldElement(
            limbs: (0x7e97_f6a0_497b_2e1b, 0xaf9d_8e0c_1b78_54bd, 0x0f3c_fcc9_31f5_d1fd, 0x3769_31bf_2b83_48ac)
        )
    }

    /// 1 − d².
    static var oneMinusDSquared: FieldElement {
        FieldElement(
            limbs: (0xe27c_09c1_945f_c176, 0x2c81_a138_cd5e_350f, 0x9994_abdd_be70_dfe4, 0x0290_72a8_b2b3_e0d7)
        )
    }

    /// (d − 1)².
    static var dMinusOneSquared: FieldElement {
        FieldElement(
            limbs: (0x31ad_5aaa_44ed_4d20, 0xd29e_4a2c_b01e_1999, 0x4cdc_d32f_529b_4eeb, 0x5968_b37a_f66c_2241)
        )
    }
}
