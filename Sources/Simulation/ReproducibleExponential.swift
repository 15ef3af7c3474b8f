/// eˣ from additions, multiplications and nothing else, so that IEEE 754 fixes every bit of the result.
///
/// The argument is halved until |x| ≤ ½, where the Taylor polynomial of degree 14 is within 3·10⁻¹⁷ of eˣ; the result is
/// then squared as often. Relative error below 10⁻¹⁵ for |x| ≤ 1, growing with the number of squarings.
///
/// - Parameter x: Between −700 and 700; clamped outside, where no return of a market lies.
func reproducibleExponential(_ x: Double) -> Double {
    var reduced = min(max(x, -700), 700)
    var squarings = 0
    while abs(reduced) > 0.5 {
        reduced *= 0.5
        squarings += 1
    }
    // Horner: 1 + x(1 + x/2(1 + x/3(…))). Divisions by small integers are correctly rounded everywhere.
    var result = 1.0
    for degree in stride(from: 14, through: 1, by: -1) {
        result = 1 + reduced / Double(degree) * result
    }
    for _ in 0..<squarings { result *= result }
    return result
}
